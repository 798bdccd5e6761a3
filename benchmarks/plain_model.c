/* The plain model (plain_model.py) in C: one pending event a group, in a calendar of buckets with
 * lists kept in order, so that events happen in exact order of time. Random numbers: xoshiro256++
 * (Blackman and Vigna 2021, ACM TOMS 47:36); a group's tastes, which it keeps, by splitmix64 of its
 * number and the crossing. It keeps the accounts that the engine keeps: entries, stocks and
 * person-hours by day, place and state, people by day and leg, and each person's times.
 *
 * Usage: plain_model FILE SEED RUNS    FILE: the numbers that PlainModel.numbers() writes.
 * Prints a line of JSON a run; CPU time is that of the process from allocation to the last event.
 */
#define _POSIX_C_SOURCE 200809L
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MAX_HUBS = 18, MAX_CROSSINGS = 12, MAX_PLACES = 30, MAX_DAYS = 60, NOBODY = -1 };
enum State {
    GATEWAY, STAGING, TRAVEL, BACK, EXIT_QUEUE, BETWEEN_POSTS, ADMISSION_QUEUE, IN_ADMISSION,
    WAIT_REGISTRATION, IN_REGISTRATION, REGISTERED, STATES
};

typedef struct {
    int cities, hubs, crossings, days, lanes, desks;
    double groups;
    struct { double service_h, review_per_h, balking_per_h, disutility_per_h, constant; } rates;
    double hours[MAX_CROSSINGS][2], opening_wait_h[MAX_CROSSINGS];
    double leg_h[MAX_HUBS][MAX_PLACES], route_h[MAX_HUBS][MAX_CROSSINGS];
    int following[MAX_HUBS][MAX_CROSSINGS];
} Model;

typedef struct {
    double at_h;                                  /* of its pending event */
    float queued_h, presented_h, admitted_h, registered_h;
    int next;                                     /* in its bucket, or in its queue */
    int8_t state, place, there, crossing;         /* there: where its leg leads */
} Group;

typedef struct { int first, last; } Queue;

typedef struct {
    Queue gate, lane, desk;
    int open, lanes_busy, desks_busy;
} Crossing;

static Model model;
static Group *group;
static int *bucket;                               /* first group of each bucket */
static long buckets, current;
static double buckets_per_h, now;
static int groups, room, day;
static Crossing crossing[MAX_CROSSINGS];
static long events, decisions, balked;
static uint64_t random_state[4], taste_key;

/* ---- accounts */

static int occupancy[MAX_PLACES][STATES];
static double changed_h[MAX_PLACES][STATES];
static double person_hours[MAX_DAYS][MAX_PLACES][STATES];
static long entries[MAX_DAYS][MAX_PLACES][STATES], stock[MAX_DAYS][MAX_PLACES][STATES];
static long leg_people[MAX_DAYS][MAX_PLACES][MAX_PLACES];

static void update_cell(int place, int state) {
    person_hours[day][place][state] += occupancy[place][state] * (now - changed_h[place][state]);
    changed_h[place][state] = now;
}

static void enter(Group *g, int place, int state) {
    update_cell(place, state);
    occupancy[place][state]++;
    entries[day][place][state]++;
    g->place = place;
    g->state = state;
}

static void move(Group *g, int place, int state) {
    update_cell(g->place, g->state);
    occupancy[g->place][g->state]--;
    enter(g, place, state);
}

static void close_day(void) {
    for (int place = 0; place < MAX_PLACES; place++)
        for (int state = 0; state < STATES; state++) {
            update_cell(place, state);
            stock[day][place][state] = occupancy[place][state];
        }
    if (day + 1 < model.days) day++;
}

/* ---- random numbers */

static uint64_t splitmix64(uint64_t x) {
    x += 0x9e3779b97f4a7c15u;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

static uint64_t rotated(uint64_t x, int k) { return (x << k) | (x >> (64 - k)); }
static uint64_t next_bits(void) {
    uint64_t *s = random_state, result = rotated(s[0] + s[3], 23) + s[0], t = s[1] << 17;
    s[2] ^= s[0]; s[3] ^= s[1]; s[1] ^= s[2]; s[0] ^= s[3];
    s[2] ^= t; s[3] = rotated(s[3], 45);
    return result;
}

/* Between 0 and 1, both excluded. */
static double unit(uint64_t bits) { return ((bits >> 12) + 0.5) * 0x1p-52; }
static double uniform(void) { return unit(next_bits()); }
static double exponential(void) { return -log(uniform()); }

static double taste(int g, int j) {
    return -log(-log(unit(splitmix64(taste_key + (uint64_t)g * MAX_CROSSINGS + j))));
}

static void seed_with(uint64_t seed) {
    for (int k = 0; k < 4; k++) random_state[k] = splitmix64(splitmix64(seed) + k);
    taste_key = next_bits();
}

/* ---- calendar and queues */

static void schedule(int g, double at_h) {
    group[g].at_h = at_h;
    long k = (long)(at_h * buckets_per_h);
    if (k >= buckets) return;                     /* after the end */
    if (k < current) k = current;
    int *link = &bucket[k];
    while (*link != NOBODY && group[*link].at_h < at_h) link = &group[*link].next;
    group[g].next = *link;
    *link = g;
}

static void join(Queue *queue, int g) {
    group[g].next = NOBODY;
    if (queue->first == NOBODY) queue->first = g;
    else group[queue->last].next = g;
    queue->last = g;
}

static int leave(Queue *queue) {
    int g = queue->first;
    queue->first = group[g].next;
    return g;
}

/* ---- choice and travel */

static double utility(int hub, int j) {
    return model.rates.constant
           - model.rates.disutility_per_h * (model.route_h[hub][j] + model.opening_wait_h[j]);
}

/* The next leg from a place: on to the chosen crossing, or back to its town. */
static void set_out(int g, int here, int state) {
    Group *it = &group[g];
    it->there = state == BACK ? model.cities + it->crossing : model.following[here][it->crossing];
    move(it, here, state);
    double hours = state == BACK ? model.leg_h[it->there][here] : model.leg_h[here][it->there];
    leg_people[day][here][it->there]++;
    schedule(g, now + hours);
}

static void choose(int g) {
    double highest = -INFINITY;
    for (int j = 0; j < model.crossings; j++) {
        double value = utility(group[g].place, j) + taste(g, j);
        if (value > highest) { highest = value; group[g].crossing = j; }
    }
    set_out(g, group[g].place, TRAVEL);
}

static void reconsider(int g, int at_once) {
    double sum = 0.0;
    decisions++;
    for (int j = 0; j < model.crossings; j++) sum += exp(utility(group[g].place, j));
    double leaving = sum / (1.0 + sum);
    if (at_once && uniform() < leaving) choose(g);
    else schedule(g, now + exponential() / (model.rates.review_per_h * leaving));
}

/* ---- stations */

static void start_registrations(int j) {
    Crossing *at = &crossing[j];
    while (at->desks_busy < model.desks && at->desk.first != NOBODY) {
        int g = leave(&at->desk);
        at->desks_busy++;
        move(&group[g], group[g].place, IN_REGISTRATION);
        schedule(g, now + model.rates.service_h * exponential());
    }
}

static void start_admissions(int j) {
    Crossing *at = &crossing[j];
    while (at->open && at->lanes_busy < model.lanes && at->lane.first != NOBODY) {
        int g = leave(&at->lane);
        at->lanes_busy++;
        move(&group[g], group[g].place, IN_ADMISSION);
        schedule(g, now + model.rates.service_h * exponential());
    }
}

static void pass_gate(int j) {
    int g = leave(&crossing[j].gate);
    group[g].presented_h = now;
    move(&group[g], group[g].place, BETWEEN_POSTS);
    move(&group[g], group[g].place, ADMISSION_QUEUE);
    join(&crossing[j].lane, g);
}

static double expected_wait_h(int j) {
    int *people = occupancy[model.hubs + j];
    int before_lanes = people[EXIT_QUEUE] + people[ADMISSION_QUEUE] + people[IN_ADMISSION];
    double to_lane = (double)before_lanes / model.lanes;
    double to_desk = (double)(before_lanes + people[WAIT_REGISTRATION]) / model.desks;
    double hour = fmod(now, 24.0), wait_h = model.rates.service_h * fmax(to_lane, to_desk);
    if (crossing[j].open) return wait_h;
    return wait_h + (hour < model.hours[j][0] ? 0.0 : 24.0) + model.hours[j][0] - hour;
}

static void arrive_at_crossing(int g, int j) {
    if (isnan(group[g].queued_h)) group[g].queued_h = now;
    if (uniform() < -expm1(-model.rates.balking_per_h * expected_wait_h(j))) {
        balked++;
        set_out(g, model.hubs + j, BACK);
        return;
    }
    join(&crossing[j].gate, g);
    move(&group[g], model.hubs + j, EXIT_QUEUE);
    if (crossing[j].open) pass_gate(j);
    start_admissions(j);
}

static void arrive(int g) {
    Group *it = &group[g];
    if (it->state == BACK) {
        move(it, it->there, STAGING);
        reconsider(g, 0);
    } else if (it->there < model.hubs) {
        set_out(g, it->there, TRAVEL);
    } else {
        arrive_at_crossing(g, it->there - model.hubs);
    }
}

static void open_or_close(int j, int open) {
    Crossing *at = &crossing[j];
    at->open = open;
    while (at->open && at->gate.first != NOBODY) pass_gate(j);
    start_admissions(j);
}

/* ---- events */

static void do_event_of(int g) {
    Group *it = &group[g];
    int j = it->crossing;
    events++;
    switch (it->state) {
    case GATEWAY: case STAGING: choose(g); break;
    case TRAVEL: case BACK: arrive(g); break;
    case IN_ADMISSION:
        it->admitted_h = now;
        crossing[j].lanes_busy--;
        move(it, it->place, WAIT_REGISTRATION);
        join(&crossing[j].desk, g);
        start_registrations(j);
        start_admissions(j);
        break;
    case IN_REGISTRATION:
        it->registered_h = now;
        crossing[j].desks_busy--;
        move(it, it->place, REGISTERED);
        start_registrations(j);
        break;
    }
}

static void create(void) {
    if (groups == room) group = realloc(group, (room *= 2) * sizeof *group);
    Group *it = &group[groups];
    events++;
    it->queued_h = it->presented_h = it->admitted_h = it->registered_h = NAN;
    enter(it, (int)(uniform() * model.cities), GATEWAY);
    reconsider(groups++, 1);
}

typedef struct { double at_h; int crossing, open; } Hour;

static int earlier(const void *a, const void *b) {
    double x = ((const Hour *)a)->at_h, y = ((const Hour *)b)->at_h;
    return (x > y) - (x < y);
}

static Hour *timetable(int *length) {
    Hour *hours = malloc(sizeof(Hour) * (2 * model.crossings * model.days + 1));
    *length = 0;
    for (int d = 0; d < model.days; d++)
        for (int j = 0; j < model.crossings; j++) {
            hours[(*length)++] = (Hour){24.0 * d + model.hours[j][0], j, 1};
            hours[(*length)++] = (Hour){24.0 * d + model.hours[j][1], j, 0};
        }
    qsort(hours, *length, sizeof(Hour), earlier);
    hours[*length] = (Hour){INFINITY, 0, 0};
    return hours;
}

static void clear(uint64_t seed) {
    seed_with(seed);
    now = 0.0;
    events = decisions = balked = current = groups = day = 0;
    room = (int)(1.05 * model.groups) + 64;
    group = malloc(sizeof(Group) * room);
    buckets = (long)(4.0 * model.groups);
    buckets_per_h = buckets / (24.0 * model.days);
    bucket = malloc(sizeof(int) * buckets);
    memset(bucket, -1, sizeof(int) * buckets);
    memset(occupancy, 0, sizeof occupancy);
    memset(changed_h, 0, sizeof changed_h);
    memset(person_hours, 0, sizeof person_hours);
    memset(entries, 0, sizeof entries);
    memset(leg_people, 0, sizeof leg_people);
    for (int j = 0; j < MAX_CROSSINGS; j++)
        crossing[j] = (Crossing){{NOBODY, NOBODY}, {NOBODY, NOBODY}, {NOBODY, NOBODY}, 0, 0, 0};
}

/* The first bucket with anybody in it, of those that begin before a time. */
static int head_before(double at_h) {
    while (current < buckets && bucket[current] == NOBODY && current + 1 <= at_h * buckets_per_h)
        current++;
    return current < buckets ? bucket[current] : NOBODY;
}

static void simulate(uint64_t seed) {
    int length, k = 0;
    clear(seed);
    Hour *hours = timetable(&length);
    double end_h = 24.0 * model.days, rate = model.groups / end_h;
    double appears_h = exponential() / rate;
    for (;;) {
        double day_ends_h = 24.0 * (day + 1), other_h = hours[k].at_h;
        if (appears_h < other_h) other_h = appears_h;
        if (day_ends_h < other_h) other_h = day_ends_h;
        int g = head_before(other_h);
        if (g != NOBODY && group[g].at_h < other_h) {
            now = group[g].at_h;
            bucket[current] = group[g].next;
            do_event_of(g);
            continue;
        }
        now = other_h;
        if (other_h == day_ends_h) {
            events++;
            close_day();
            if (now >= end_h) break;
        } else if (other_h == appears_h) {
            create();
            appears_h += exponential() / rate;
        } else {
            events++;
            open_or_close(hours[k].crossing, hours[k].open);
            k++;
        }
    }
    free(hours);
}

/* ---- input and output */

static double number(FILE *file) {
    double value;
    if (fscanf(file, "%lf", &value) != 1) { fputs("a number is missing\n", stderr); exit(1); }
    return value;
}

static void read_row(FILE *file, double *row, int length) {
    for (int k = 0; k < length; k++) row[k] = number(file);
}

static void read_model(FILE *file) {
    model.cities = number(file);
    model.hubs = number(file);
    model.crossings = number(file);
    model.days = number(file);
    model.groups = number(file);
    model.lanes = number(file);
    model.desks = number(file);
    read_row(file, &model.rates.service_h, sizeof model.rates / sizeof(double));
    read_row(file, model.hours[0], 2 * model.crossings);
    for (int i = 0; i < model.hubs; i++)
        read_row(file, model.leg_h[i], model.hubs + model.crossings);
    for (int i = 0; i < model.hubs; i++) read_row(file, model.route_h[i], model.crossings);
    for (int i = 0; i < model.hubs; i++)
        for (int j = 0; j < model.crossings; j++) model.following[i][j] = number(file);
    read_row(file, model.opening_wait_h, model.crossings);
}

static double cpu_s(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return t.tv_sec + 1e-9 * t.tv_nsec;
}

/* The most memory that the process has had, MB, where the system tells (Linux); else 0. */
static double peak_mb(void) {
    char line[256];
    long peak = 0;
    FILE *file = fopen("/proc/self/status", "r");
    while (file && fgets(line, sizeof line, file))
        if (sscanf(line, "VmHWM: %ld", &peak) == 1) break;
    if (file) fclose(file);
    return 1024e-6 * peak;
}

static void print_results(double seconds) {
    long exits[MAX_CROSSINGS] = {0}, registered = 0;
    double waited_h = 0.0;
    for (int g = 0; g < groups; g++)
        if (group[g].state == REGISTERED) {
            registered++;
            exits[(int)group[g].crossing]++;
            waited_h += (double)group[g].registered_h - group[g].queued_h;
        }
    printf("{\"cpu_s\": %.9f, \"groups\": %d, \"events\": %ld, \"decisions\": %ld, "
           "\"balked\": %ld, \"mean_wait_h\": %.9f, \"peak_mb\": %.6f, \"exits\": [",
           seconds, groups, events, decisions, balked, waited_h / registered, peak_mb());
    for (int j = 0; j < model.crossings; j++) printf(j ? ", %ld" : "%ld", exits[j]);
    puts("]}");
}

int main(int count, char **words) {
    if (count != 4) { fputs("usage: plain_model FILE SEED RUNS\n", stderr); return 2; }
    FILE *file = fopen(words[1], "r");
    if (!file) { perror(words[1]); return 1; }
    read_model(file);
    fclose(file);
    uint64_t seed = strtoull(words[2], NULL, 10);
    for (int run = 0; run < atoi(words[3]); run++) {
        double began = cpu_s();
        simulate(seed);
        print_results(cpu_s() - began);
        free(group);
        free(bucket);
    }
    return 0;
}
