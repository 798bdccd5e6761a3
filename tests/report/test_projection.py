"""The conic projection against Snyder's worked examples, and that it keeps angles."""

from __future__ import annotations

import numpy as np
import pytest

from sim.report.maps.geography import BASEMAP_BOX, BASEMAP_CONIC
from sim.report.maps.projection import LambertConic

# Snyder (1987), Appendix A, pages 295-298.
SPHERE = LambertConic((33.0, 45.0), 23.0, -96.0, radius_km=1.0, eccentricity=0.0)
CLARKE = LambertConic(
    (33.0, 45.0), 23.0, -96.0, radius_km=6378.2064, eccentricity=float(np.sqrt(0.00676866))
)
SOUTH = LambertConic((-33.0, -45.0), -23.0, -96.0, radius_km=1.0, eccentricity=0.0)


class TestWorkedExamples:
    def test_sphere(self) -> None:
        x, y = SPHERE.forward(-75.0, 35.0)
        assert SPHERE.cone == pytest.approx(0.6304777, abs=5e-8)
        assert (float(x), float(y)) == pytest.approx((0.2966785, 0.2462112), abs=5e-8)

    def test_ellipsoid(self) -> None:
        x, y = CLARKE.forward(-75.0, 35.0)
        assert (1000 * float(x), 1000 * float(y)) == pytest.approx((1894410.9, 1564649.5), abs=0.05)
        assert float(CLARKE.scale(35.0)) == pytest.approx(0.9970171, abs=5e-8)

    def test_there_and_back_in_the_plane(self) -> None:
        longitude, latitude = CLARKE.inverse(1894.4109, 1564.6495)
        assert (float(longitude), float(latitude)) == pytest.approx((-75.0, 35.0), abs=1e-6)

    def test_the_southern_hemisphere_is_the_northern_one_turned_over(self) -> None:
        x, y = SOUTH.forward(-75.0, -35.0)
        assert (float(x), float(y)) == pytest.approx((0.2966785, -0.2462112), abs=5e-8)
        assert [float(each) for each in SOUTH.inverse(x, y)] == pytest.approx([-75.0, -35.0])


WEST, EAST, SOUTHERN, NORTHERN = BASEMAP_BOX
LONGITUDE, LATITUDE = np.meshgrid(np.linspace(WEST, EAST, 29), np.linspace(SOUTHERN, NORTHERN, 31))


def ground(conic: LambertConic, latitude: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Kilometres of a radian along the parallel and along the meridian, from the ellipsoid itself.

    Radii of curvature by the textbook: N cos(phi) and M.
    """
    e2, phi = conic.eccentricity**2, np.radians(latitude)
    bent = 1 - e2 * np.sin(phi) ** 2
    return (
        conic.radius_km * np.cos(phi) / np.sqrt(bent),
        conic.radius_km * (1 - e2) / bent**1.5,
    )


class TestConformality:
    """Numerically, over the whole base map: derivatives against lengths on the ellipsoid."""

    step = 1e-5

    def derivatives(self) -> tuple[np.ndarray, np.ndarray]:
        """Map vectors of a kilometre to the east and to the north, shape (2, points)."""
        forward, h = BASEMAP_CONIC.forward, self.step
        parallel, meridian = ground(BASEMAP_CONIC, LATITUDE)
        double = 2 * np.radians(h)
        east = np.subtract(forward(LONGITUDE + h, LATITUDE), forward(LONGITUDE - h, LATITUDE)) / (
            double * parallel
        )
        north = np.subtract(forward(LONGITUDE, LATITUDE + h), forward(LONGITUDE, LATITUDE - h)) / (
            double * meridian
        )
        return east, north

    def test_the_scale_is_the_same_in_both_directions(self) -> None:
        east, north = self.derivatives()
        eastward, northward = np.hypot(*east), np.hypot(*north)
        assert np.allclose(eastward, northward, rtol=1e-6)
        assert np.allclose(eastward, BASEMAP_CONIC.scale(LATITUDE), rtol=1e-6)

    def test_right_angles_stay_right(self) -> None:
        east, north = self.derivatives()
        assert np.abs((east * north).sum(axis=0)).max() < 1e-6

    def test_north_is_left_of_east(self) -> None:
        east, north = self.derivatives()
        assert (east[0] * north[1] - east[1] * north[0] > 0).all()

    def test_lengths_are_true_on_the_standard_parallels_and_within_a_percent_on_the_map(
        self,
    ) -> None:
        assert BASEMAP_CONIC.scale([61.0, 69.0]) == pytest.approx([1.0, 1.0])
        shown = BASEMAP_CONIC.scale(np.linspace(59.0, 70.5, 50))
        assert np.abs(shown - 1).max() < 0.01

    def test_there_and_back(self) -> None:
        longitude, latitude = BASEMAP_CONIC.inverse(*BASEMAP_CONIC.forward(LONGITUDE, LATITUDE))
        assert np.allclose(longitude, LONGITUDE, atol=1e-9)
        assert np.allclose(latitude, LATITUDE, atol=1e-9)


@pytest.mark.parametrize("parallels", [(60.0, 60.0), (1.0, 1.5), (-20.0, -21.0), (84.0, 86.0)])
def test_every_cone_goes_there_and_back(parallels: tuple[float, float]) -> None:
    conic = LambertConic(parallels, parallels[0], 179.0)
    longitude, latitude = np.array([170.0, 179.0, -175.0]), np.array(parallels[:1] * 3)
    back = conic.inverse(*conic.forward(longitude, latitude))
    around = (back[0] - longitude + 180) % 360 - 180
    assert np.allclose(around, 0, atol=1e-9)
    assert np.allclose(back[1], latitude, atol=1e-9)
