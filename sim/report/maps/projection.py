"""Lambert's conformal conic projection: it keeps angles, so that shapes and directions read true.

On two standard parallels lengths are true; between them they shrink and outside they grow, by less
than 1 % over Finland and north-west Russia with parallels of 61 and 69 degrees north.

Formulas and their numbers are those of Snyder (1987), *Map Projections: A Working Manual*, U.S.
Geological Survey Professional Paper 1395, pages 107-109, on an ellipsoid; with an eccentricity of 0
they are those of the sphere. A library of projections would be a dependency for one formula.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

WGS84_KM = 6378.137
WGS84_ECCENTRICITY = 0.0818191908426215
POLE = 89.5  # degrees: beyond it a cone that opens to the other pole is infinitely wide
_TOLERANCE = 1e-12
_ROUNDS = 20  # of repetition at the most
_HALF_TURN, _TURN = 180.0, 360.0  # degrees


@dataclass(frozen=True)
class LambertConic:
    """A conformal cone over two standard parallels, both in one hemisphere.

    Attributes:
        parallels: The two standard parallels, degrees north; they may be the same.
        latitude: Latitude of the origin, degrees north.
        longitude: Central meridian, degrees east: north is up along it.
        radius_km: Equatorial radius.
        eccentricity: Of the ellipsoid, 0 for a sphere.
    """

    parallels: tuple[float, float]
    latitude: float
    longitude: float
    radius_km: float = WGS84_KM
    eccentricity: float = WGS84_ECCENTRICITY

    def forward(self, longitude: npt.ArrayLike, latitude: npt.ArrayLike) -> tuple[Floats, Floats]:
        """Kilometres east and north of the origin, the shapes broadcast."""
        distance = self._distance(np.asarray(latitude, dtype=np.float64))
        angle = self.cone * np.radians(self._from_meridian(longitude))
        origin = float(self._distance(np.asarray(self.latitude)))
        return distance * np.sin(angle), origin - distance * np.cos(angle)

    def inverse(self, x_km: npt.ArrayLike, y_km: npt.ArrayLike) -> tuple[Floats, Floats]:
        """Longitude and latitude in degrees."""
        x, y = np.asarray(x_km, dtype=np.float64), np.asarray(y_km, dtype=np.float64)
        sign = np.sign(self.cone)
        down = float(self._distance(np.asarray(self.latitude))) - y
        distance = sign * np.hypot(x, down)
        t = (distance / (self.radius_km * self._factor)) ** (1.0 / self.cone)
        angle = np.arctan2(sign * x, sign * down)
        return np.degrees(angle / self.cone) + self.longitude, np.degrees(self._latitude(t))

    def scale(self, latitude: npt.ArrayLike) -> Floats:
        """Length on the map over length on the ground, the same in every direction."""
        phi = np.asarray(latitude, dtype=np.float64)
        radius = self.radius_km * self._m(np.radians(phi))
        return np.asarray(self._distance(phi) * self.cone / radius)

    @cached_property
    def cone(self) -> float:
        """The cone's constant n: negative where it opens to the north."""
        first, second = (np.radians(each) for each in self.parallels)
        if first == second:
            return float(np.sin(first))
        widths = np.log(self._m(first)) - np.log(self._m(second))
        return float(widths / (np.log(self._t(first)) - np.log(self._t(second))))

    @cached_property
    def _factor(self) -> float:
        """F: what fits the cone to the first parallel."""
        first = np.radians(self.parallels[0])
        return float(self._m(first) / (self.cone * self._t(first) ** self.cone))

    def _distance(self, latitude: Floats) -> Floats:
        """Distance from the apex of the cone to a parallel, km."""
        phi = np.radians(np.clip(latitude, -POLE, POLE))
        return np.asarray(self.radius_km * self._factor * self._t(phi) ** self.cone)

    def _from_meridian(self, longitude: npt.ArrayLike) -> Floats:
        """Degrees east of the central meridian, -180 to 180."""
        east = np.asarray(longitude, dtype=np.float64) - self.longitude
        return np.asarray((east + _HALF_TURN) % _TURN - _HALF_TURN)

    def _m(self, phi: Floats) -> Floats:
        """Radius of a parallel over that of the equator."""
        return np.asarray(np.cos(phi) / np.sqrt(1.0 - (self.eccentricity * np.sin(phi)) ** 2))

    def _t(self, phi: Floats) -> Floats:
        """The isometric colatitude's tangent."""
        e_sin = self.eccentricity * np.sin(phi)
        flattening = ((1.0 - e_sin) / (1.0 + e_sin)) ** (self.eccentricity / 2.0)
        return np.asarray(np.tan(np.pi / 4.0 - phi / 2.0) / flattening)

    def _latitude(self, t: Floats) -> Floats:
        """The latitude of ``t``, by repetition (7-9), which converges."""
        e = self.eccentricity
        phi = np.pi / 2.0 - 2.0 * np.arctan(t)
        for _ in range(_ROUNDS):
            e_sin = e * np.sin(phi)
            flattening = ((1.0 - e_sin) / (1.0 + e_sin)) ** (e / 2.0)
            better = np.pi / 2.0 - 2.0 * np.arctan(t * flattening)
            moved = float(np.max(np.abs(better - phi), initial=0.0))
            phi = better
            if moved < _TOLERANCE:
                break
        return np.asarray(phi)
