"""The data sets of the course: NumPy arrays of floats ``X``, and of int classes ``Y`` or ``y``.

Every function returns the same numbers on every call and leaves NumPy's global generator alone.
The planar sets of parts 1 and 2 hold one sample per column, ``X`` ``(2, m)`` and ``Y`` ``(1, m)``;
the others hold one sample per row, ``X`` ``(m, n)`` and ``y`` ``(m,)``, as in scikit-learn.
"""

import hashlib
import re
from pathlib import Path

import numpy as np

DATA = Path(__file__).parent / "data"

heart_feature_names = (
    "age",
    "sex",
    "chest_pain",
    "resting_bp",
    "cholesterol",
    "fasting_blood_sugar",
    "resting_ecg",
    "max_heart_rate",
    "exercise_angina",
    "st_depression",
    "st_slope",
    "major_vessels",
    "thallium",
)


def own_seed(seed: int) -> int:
    """Return `seed`; in a student's own variant of the course, another number, always the same.

    A class may be handed out variants. Then the file ``variant.txt`` beside the notebook says which
    one this is. A lesson that draws something with such a seed may say of it only what holds for
    every seed.
    """
    try:
        variant = Path("variant.txt").read_text("utf-8").strip()
    except (OSError, ValueError):
        return seed
    if not variant:
        return seed
    return int.from_bytes(hashlib.sha256(f"{seed} {variant}".encode()).digest()[:4])


def load_planar_dataset(random_state: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Return the flower: 400 points of two classes, in petals that no line separates.

    X (2, 400) holds the horizontal and vertical coordinate of one point per column; Y (1, 400) its
    class, 0 for the first 200 points and 1 for the last 200. `random_state` is the seed of the
    noise: 1 gives the flower of the course, another number a fresh one.

    The numbers are those that follow ``np.random.seed(random_state)``: for class ``j``, 200 noisy
    angles ``t`` around ``[3.12 j, 3.12 (j + 1)]``, then 200 noisy radii ``r`` around
    ``4 sin(4 t)``, and the points ``(r sin t, r cos t)``.
    """
    # RandomState, and not default_rng: only it continues np.random.seed's well-known stream.
    rng = np.random.RandomState(random_state)
    petals = []
    for j in range(2):
        t = np.linspace(j * 3.12, (j + 1) * 3.12, 200) + rng.randn(200) * 0.2
        r = 4 * np.sin(4 * t) + rng.randn(200) * 0.2
        petals.append(np.stack([r * np.sin(t), r * np.cos(t)]))
    return np.concatenate(petals, axis=1), np.repeat([[0, 1]], 200, axis=1)


def load_extra_datasets() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Return five more planar sets of 200 points to try a model on, by name.

    They are ``noisy_circles``, ``noisy_moons``, ``blobs``, ``gaussian_quantiles`` and
    ``no_structure`` (the class does not depend on the point at all). Each is a pair of X (2, 200)
    and Y (1, 200), the class 0 or 1 of each point.
    """
    from sklearn.datasets import make_blobs, make_circles, make_gaussian_quantiles, make_moons

    m = 200
    rng = np.random.RandomState(7)
    sets = {
        "noisy_circles": make_circles(m, factor=0.5, noise=0.3, random_state=1),
        "noisy_moons": make_moons(m, noise=0.2, random_state=2),
        # Six clusters, every other one of the same class: two classes that take turns.
        "blobs": make_blobs(m, centers=6, random_state=5),
        "gaussian_quantiles": make_gaussian_quantiles(
            cov=0.5, n_samples=m, n_features=2, n_classes=2, random_state=4
        ),
        "no_structure": (rng.random_sample((m, 2)), rng.randint(0, 2, m)),
    }
    return {name: (X.T.copy(), (y % 2).reshape(1, m)) for name, (X, y) in sets.items()}


def load_moons(
    n_samples: int = 200, noise: float = 0.20, random_state: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Return two interleaving half circles, one per class.

    X (n_samples, 2) holds one point per row, y (n_samples,) its class, 0 or 1. `noise` is the
    standard deviation of what is added to each coordinate; the same `random_state` gives the same
    points.
    """
    from sklearn.datasets import make_moons

    return make_moons(n_samples, noise=noise, random_state=random_state)


def load_blobs(m: int = 200) -> tuple[np.ndarray, np.ndarray]:
    """Return two round clouds of points that a straight line separates.

    X (2, m) holds one point per column, Y (1, m) its class, 0 or 1, in mixed order; half of the
    points (rounded down) are of class 1.

    Raises
    ------
    ValueError
        If ``m`` is below 2.
    """
    if m < 2:
        raise ValueError(f"load_blobs needs m of at least 2, one point per class; m is {m}.")
    rng = np.random.RandomState(3)
    Y = rng.permutation(np.arange(m) % 2).reshape(1, m)
    centres = np.array([[-1.5, 1.5], [-1.0, 1.0]])
    # Noise is cut at two standard deviations along each axis, so the clouds never touch.
    noise = np.clip(rng.randn(2, m), -2, 2) * 0.55
    return centres[:, Y[0]] + noise, Y


def load_heart_disease() -> tuple[np.ndarray, np.ndarray]:
    """Return the Statlog heart data: 270 patients, 13 measurements, with heart disease or without.

    X (270, 13) holds one patient per row; its columns are named by `heart_feature_names`, and their
    units stand in ``nnlib/data/README.md``. y (270,) holds the labels as the repository stores
    them: 1 heart disease absent (150 patients), 2 present (120).

    Source: Statlog (Heart), UCI Machine Learning Repository, doi:10.24432/C57303, CC BY 4.0.

    Raises
    ------
    FileNotFoundError, ValueError
        If the data file is missing, or is not the one that the course came with.
    """
    table = np.loadtxt(_verified(DATA / "heart_statlog.csv"), delimiter=",", skiprows=1)
    return table[:, :-1].copy(), table[:, -1].astype(int)


def load_cleveland() -> tuple[np.ndarray, np.ndarray]:
    """Return the Cleveland heart data: 303 patients, the features of `load_heart_disease`.

    X (303, 13) holds one patient per row; six of its values are missing: NaN. y (303,) is 1 where
    angiography showed a major vessel narrowed by more than half, else 0.

    Source: Heart Disease, UCI Machine Learning Repository, doi:10.24432/C52P4X, CC BY 4.0.

    Raises
    ------
    FileNotFoundError, ValueError
        If the data file is missing, or is not the one that the course came with.
    """
    table = np.loadtxt(_verified(DATA / "heart_cleveland.csv"), delimiter=",", skiprows=1)
    return table[:, :-1].copy(), table[:, -1].astype(int)


def load_digits() -> tuple[np.ndarray, np.ndarray]:
    """Return scikit-learn's handwritten digits, 8 by 8 pixels each.

    X (1797, 64) holds one image per row, its pixels line by line, from 0 for background to 16 for
    full ink; ``X[i].reshape(8, 8)`` is the picture. y (1797,) holds the digit, 0 to 9.
    """
    from sklearn import datasets as sklearn_datasets

    return sklearn_datasets.load_digits(return_X_y=True)


def load_spirals(
    n_classes: int = 3, n_per_class: int = 100, random_state: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Return spiral arms that wind around the origin, one per class.

    X (m, 2) holds one point per row, arm after arm, with ``m = n_classes * n_per_class``; y (m,)
    holds their classes, 0 to ``n_classes - 1``. The same `random_state` gives the same points.
    """
    rng = np.random.RandomState(random_state)
    arms = []
    for k in range(n_classes):
        radius = np.linspace(0.05, 1, n_per_class)
        turn = 2 * np.pi * (k / n_classes + 0.6 * radius) + rng.randn(n_per_class) * 0.15
        arms.append(np.column_stack([radius * np.sin(turn), radius * np.cos(turn)]))
    return np.concatenate(arms), np.repeat(np.arange(n_classes), n_per_class)


def _verified(path: Path) -> list[str]:
    """Return the lines of a data file whose sha256 is the one in the README beside it.

    Line endings are compared as ``\\n``: git on Windows may check the file out with ``\\r\\n``.
    """
    remedy = "Restore it with: git checkout -- nnlib/data/ (or download the course again)."
    try:
        content = path.read_bytes().replace(b"\r\n", b"\n")
        readme = path.with_name("README.md").read_text(encoding="utf-8")
    except FileNotFoundError as missing:
        name = Path(missing.filename).name
        raise FileNotFoundError(f"The file nnlib/data/{name} is missing. {remedy}") from None
    section = readme.partition(f"# {path.name}\n")[2]
    stated = re.search(r"sha256: ([0-9a-f]{64})", section)
    if stated is None or hashlib.sha256(content).hexdigest() != stated.group(1):
        raise ValueError(
            f"The file nnlib/data/{path.name} is damaged or was changed: "
            f"its sha256 is not the one in nnlib/data/README.md. {remedy}"
        )
    return content.decode("utf-8").splitlines()
