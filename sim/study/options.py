"""What a study is asked to do: one record from the command line down to the workers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from sim._version import __version__
from sim.errors import InputError, did_you_mean, quoted
from sim.fingerprint import record_fingerprint, source_fingerprint
from sim.plugins.plugin_files import loaded_plugins
from sim.policies import Policy
from sim.policies.composition import Joined
from sim.results.posterior_folder import Posterior, read_posterior
from sim.scenario.bounds import MOST_RUNS_PER_STATE, MOST_SEED, MOST_STATES, MOST_WORKERS
from sim.scenario.records import NamedHypothesis
from sim.scenario.scenario import Scenario
from sim.scenario.source_text import one_form
from sim.study.foreign_code import foreign_code
from sim.study.posterior_states import require_fitting, rows_of

RESULTS: Final = Path("results")


@dataclass(frozen=True)
class StudyOptions:
    """What a study is asked to do.

    Attributes:
        scenario: the scenario.
        policies: ids of the policies, in order.
        seed: seed of all random numbers.
        central: keep parameters at their central values.
        hypothesis: id of the hypothesis that every state of the world holds; drawn by weight if
            None.
        response: id of the response rule that every state of the world holds where it may; drawn if
            None.
        replicates: number of states of the world.
        runs_per_state: runs of each policy in each state of the world.
        reference: id of the policy that the others are compared with; the first if empty.
        workers: processes; 1 runs everything in this one.
        out: results folder; ``results/<scenario>/<run id>`` if None.
        command: the command line, for the manifest; one that does the same if empty.
        posterior: what states of the world are drawn from; the prior if None.
    """

    scenario: Scenario
    policies: tuple[str, ...]
    seed: int
    central: bool = False
    hypothesis: str | None = None
    response: str | None = None
    replicates: int = 1
    runs_per_state: int = 1
    reference: str = ""
    workers: int = 1
    out: Path | None = None
    command: str = ""
    posterior: Posterior | None = None

    @property
    def compared_with(self) -> str:
        """Id of the policy that the others are compared with."""
        return self.reference if self.reference in self.policies else self.policies[0]

    @property
    def states_differ(self) -> bool:
        """Whether states of the world are not all alike: something of them is drawn."""
        scenario = self.scenario
        drawn = (
            bool(scenario.uncertainties) and not self.central,
            _several(scenario.hypotheses) and self.hypothesis is None,
            bool(scenario.responses) and self.response is None,
        )
        return self.replicates > 1 and any(drawn)

    @property
    def runs_of_a_state(self) -> int:
        """Runs of all policies in one state of the world."""
        return self.runs_per_state * len(self.policies)

    @property
    def runs(self) -> int:
        """Runs of all policies in all states of the world."""
        return self.replicates * self.runs_of_a_state

    @property
    def rules(self) -> dict[str, Policy | Joined]:
        """The policies that are run, by their ids."""
        return {name: self.scenario.policies[name].rule for name in self.policies}

    @property
    def run_id(self) -> str:
        """Hash of everything that decides the numbers, 12 hexadecimal digits.

        That is the scenario with its tables, and what a program may have changed of it after it was
        read; the code, that of plugins included; the seed; and the options.
        """
        scenario = self.scenario
        content = (
            scenario.digest,
            scenario.world,
            self.rules,
            foreign_code(self.rules),
            scenario.hypotheses,
            scenario.responses,
            scenario.controls,
            scenario.oversight,
            scenario.uncertainties,
            __version__,
            source_fingerprint(),
            self.policies,
            self.seed,
            self.replicates,
            self.runs_per_state,
            self.central,
            self.hypothesis,
            self.response,
            self.posterior.digest if self.posterior else None,
        )
        return record_fingerprint(content)[:12]

    @property
    def folder(self) -> Path:
        """The results folder."""
        return self.out or RESULTS / self.scenario.name / self.run_id

    @property
    def _drawn_from(self) -> str:
        """The option that says what states of the world are drawn from, where one is needed."""
        if self.posterior is None:
            return "--prior" if self.scenario.posterior and not self.central else ""
        own = self.scenario.posterior
        is_own = own is not None and own.resolve() == self.posterior.folder
        return "" if is_own else f"--posterior {self.posterior.folder.name}"

    @property
    def command_line(self) -> str:
        """The command that was given, or one that does the same as a call from Python."""
        central = " --central" if self.central else ""
        hypothesis = f" --hypothesis {self.hypothesis}" if self.hypothesis else ""
        response = f" --response {self.response}" if self.response else ""
        posterior = f" {self._drawn_from}" if self._drawn_from else ""
        plugins = (f" --plugin {Path(each.file).name}" for each in loaded_plugins() if each.file)
        return self.command or (
            f"rajasim compare {self.scenario.path.name} --policies {','.join(self.policies)} "
            f"--replicates {self.replicates} --runs-per-state {self.runs_per_state} "
            f"--seed {self.seed}{central}{hypothesis}{response}{posterior}"
            f"{''.join(plugins)}"
        )


def study_options(
    scenario: Scenario,
    policies: Sequence[str] | None = None,
    *,
    reference: str | None = None,
    replicates: int | None = None,
    runs_per_state: int | None = None,
    seed: int | None = None,
    workers: int = 1,
    central: bool = False,
    hypothesis: str | None = None,
    response: str | None = None,
    out: str | Path | None = None,
    command: str = "",
    posterior: str | Path | None = None,
    prior: bool = False,
) -> StudyOptions:
    """Options as a user gives them, checked, with the scenario's own where one is left out.

    The arguments are those of :func:`sim.compare`. Of more than one policy the reference is one.

    Raises:
        InputError: if a policy, hypothesis or response does not exist.
    """
    baseline = chosen_policies(scenario, [reference or scenario.reference])[0]
    chosen = chosen_policies(scenario, policies)
    if len(chosen) > 1:
        chosen = tuple(dict.fromkeys((baseline, *chosen)))
    require_within("seed", seed, 0, MOST_SEED)
    require_within("replicates", replicates, 1, MOST_STATES)
    require_within("runs_per_state", runs_per_state, 1, MOST_RUNS_PER_STATE)
    require_within("workers", workers, 1, MOST_WORKERS)
    options = StudyOptions(
        scenario,
        chosen,
        scenario.seed if seed is None else seed,
        central=central,
        hypothesis=_existing("hypothesis", "hypotheses", hypothesis, scenario.hypotheses),
        response=_existing("response", "responses", response, scenario.responses),
        replicates=scenario.replicates if replicates is None else replicates,
        reference=baseline,
        workers=workers,
        out=None if out is None else Path(out),
        command=command,
        posterior=_fitting_posterior(scenario, posterior, central=central, prior=prior),
    )
    if options.posterior is not None:
        rows_of(scenario, options.posterior, options.hypothesis, options.response)
    wanted = scenario.runs_per_state if runs_per_state is None else runs_per_state
    return replace(options, runs_per_state=wanted or _runs_that_tell(options))


def _fitting_posterior(
    scenario: Scenario, folder: str | Path | None, *, central: bool, prior: bool
) -> Posterior | None:
    """The posterior that is asked for, or else the scenario's own; None where the prior is wanted.

    Raises:
        InputError: if it does not fit the scenario, or something else is asked for as well.
        ResultsError: if it cannot be read.
    """
    if folder is not None and (central or prior):
        raise InputError("a posterior excludes both the prior and central values; ask for one")
    place = scenario.posterior if folder is None else folder
    if place is None or central or prior:
        return None
    posterior = read_posterior(place)
    require_fitting(scenario, posterior)
    return posterior


def _runs_that_tell(options: StudyOptions) -> int:
    """Two runs a state of the world tell chance from what is unknown; one where nothing is.

    Of one policy alone one run each does: more states of the world say more than more runs.
    """
    return 2 if len(options.policies) > 1 and options.states_differ else 1


def chosen_policies(scenario: Scenario, names: Sequence[str] | None) -> tuple[str, ...]:
    """Policy ids to run, each once, in the order given; all of the file if None.

    Raises:
        InputError: if a name is no policy of the scenario.
    """
    if names is None:
        return tuple(scenario.policies)
    known = [_existing("policy", "policies", name, scenario.policies) for name in names]
    return tuple(dict.fromkeys(name for name in known if name is not None))


def require_within(name: str, given: int | None, low: int, high: int) -> None:
    """Refuse a number that a scenario file may not have either; None passes.

    Raises:
        InputError: saying what it may be.
    """
    if given is not None and not low <= given <= high:
        raise InputError(f"{name} must be from {low} to {high}, got {given}")


def _several(hypotheses: Mapping[str, NamedHypothesis]) -> bool:
    """Whether more than one can be drawn."""
    return sum(each.weight > 0.0 for each in hypotheses.values()) > 1


def _existing(kind: str, kinds: str, name: str | None, known: Collection[str]) -> str | None:
    """The name, if there is such a thing in the scenario or no name is given.

    Scenarios are read with letters and their marks in one form, and so are names.

    Raises:
        InputError: if there is not.
    """
    if name is None:
        return None
    name = one_form(name)
    if name not in known:
        hint = did_you_mean(name, list(known)) or ""
        names = ", ".join(known) or "none in this scenario"
        raise InputError(f"there is no {kind} {quoted(name)} {hint}; {kinds} are {names}")
    return name
