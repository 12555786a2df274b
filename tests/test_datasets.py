"""The data sets: their shapes, their well-known numbers, and that loading them disturbs nothing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlib import datasets

LOADERS = {
    "flower": datasets.load_planar_dataset,
    "moons": datasets.load_moons,
    "blobs": datasets.load_blobs,
    "heart": datasets.load_heart_disease,
    "digits": datasets.load_digits,
    "spirals": datasets.load_spirals,
    **{
        name: (lambda name=name: datasets.load_extra_datasets()[name])
        for name in (
            "noisy_circles",
            "noisy_moons",
            "blobs",
            "gaussian_quantiles",
            "no_structure",
        )
    },
}


@pytest.mark.parametrize("name", LOADERS)
def test_the_same_numbers_come_on_every_call_and_the_global_generator_stays(name):
    np.random.seed(42)
    before = np.random.get_state()[1].copy()
    first, second = LOADERS[name](), LOADERS[name]()
    assert np.array_equal(before, np.random.get_state()[1])
    for one, other in zip(first, second, strict=True):
        assert np.array_equal(one, other)
        assert not np.shares_memory(one, other)


@pytest.mark.parametrize(
    ("name", "shape_X", "shape_Y", "classes"),
    [
        ("flower", (2, 400), (1, 400), {0, 1}),
        ("moons", (200, 2), (200,), {0, 1}),
        ("blobs", (2, 200), (1, 200), {0, 1}),
        ("noisy_circles", (2, 200), (1, 200), {0, 1}),
        ("noisy_moons", (2, 200), (1, 200), {0, 1}),
        ("gaussian_quantiles", (2, 200), (1, 200), {0, 1}),
        ("no_structure", (2, 200), (1, 200), {0, 1}),
        ("heart", (270, 13), (270,), {1, 2}),
        ("digits", (1797, 64), (1797,), set(range(10))),
        ("spirals", (300, 2), (300,), {0, 1, 2}),
    ],
)
def test_shapes_types_and_classes(name, shape_X, shape_Y, classes):
    X, Y = LOADERS[name]()
    assert (X.shape, Y.shape) == (shape_X, shape_Y)
    assert X.dtype == np.float64
    assert np.issubdtype(Y.dtype, np.integer)
    assert np.isfinite(X).all()
    assert set(np.unique(Y)) == classes


def test_the_flower_is_the_one_that_follows_seed_1():
    state = np.random.get_state()
    try:
        np.random.seed(1)
        points = []
        for j in (0, 1):
            t = np.linspace(j * 3.12, (j + 1) * 3.12, 200) + np.random.randn(200) * 0.2
            r = 4 * np.sin(4 * t) + np.random.randn(200) * 0.2
            points.append(np.c_[r * np.sin(t), r * np.cos(t)])
    finally:
        np.random.set_state(state)
    X, Y = datasets.load_planar_dataset()
    assert np.array_equal(X, np.vstack(points).T)
    assert np.array_equal(Y[0], np.repeat([0, 1], 200))
    assert X[:, 0] == pytest.approx([1.20444229, 3.57611415])


@given(m=st.integers(2, 300))
def test_a_straight_line_separates_the_blobs(m):
    X, Y = datasets.load_blobs(m)
    assert X.shape == (2, m) and Y.shape == (1, m)
    assert Y.sum() == m // 2
    assert np.array_equal((X.sum(axis=0) > 0).astype(int), Y[0])


def test_one_blob_point_is_refused():
    with pytest.raises(ValueError, match="at least 2"):
        datasets.load_blobs(1)


@given(k=st.integers(1, 6), n=st.integers(2, 60), seed=st.integers(0, 1000))
def test_spirals_have_as_many_arms_and_points_as_asked(k, n, seed):
    X, y = datasets.load_spirals(k, n, seed)
    assert X.shape == (k * n, 2)
    assert np.array_equal(np.bincount(y), [n] * k)
    assert np.hypot(*X.T).max() == pytest.approx(1)


def test_the_moons_are_scikit_learns():
    from sklearn.datasets import make_moons

    X, y = make_moons(120, noise=0.3, random_state=5)
    ours = datasets.load_moons(120, 0.3, 5)
    assert np.array_equal(ours[0], X) and np.array_equal(ours[1], y)


def test_the_heart_data_are_the_repositorys():
    X, y = datasets.load_heart_disease()
    assert np.bincount(y).tolist() == [0, 150, 120]
    assert len(datasets.heart_feature_names) == X.shape[1]
    first = dict(zip(datasets.heart_feature_names, X[0], strict=True))
    assert first["age"] == 70 and first["st_depression"] == 2.4 and first["thallium"] == 3
    assert set(np.unique(X[:, datasets.heart_feature_names.index("sex")])) == {0, 1}


def test_the_statlog_rows_are_clevelands():
    X, y = datasets.load_cleveland()
    assert X.shape == (303, 13) and np.isnan(X).sum() == 6
    assert np.bincount(y).tolist() == [164, 139]
    known = {(*row, label) for row, label in zip(X.tolist(), y.tolist(), strict=True)}
    ours = zip(*(array.tolist() for array in datasets.load_heart_disease()), strict=True)
    assert all((*row, label - 1) in known for row, label in ours)


def test_the_headers_of_the_file_are_the_names_of_the_features():
    header = (datasets.DATA / "heart_statlog.csv").read_text().splitlines()[0].split(",")
    assert header == [*datasets.heart_feature_names, "heart_disease"]
    header = (datasets.DATA / "heart_cleveland.csv").read_text().splitlines()[0].split(",")
    assert header == [*datasets.heart_feature_names, "narrowed"]


@pytest.fixture
def copied_data(tmp_path, monkeypatch):
    for file in datasets.DATA.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    monkeypatch.setattr(datasets, "DATA", tmp_path)
    return tmp_path


def test_a_missing_file_is_named_with_what_to_do(copied_data):
    (copied_data / "heart_statlog.csv").unlink()
    with pytest.raises(FileNotFoundError, match=r"heart_statlog\.csv is missing.*git checkout"):
        datasets.load_heart_disease()


@pytest.mark.parametrize(
    ("name", "load"),
    [("heart_statlog", "load_heart_disease"), ("heart_cleveland", "load_cleveland")],
)
def test_one_changed_number_is_noticed(copied_data, name, load):
    file = copied_data / f"{name}.csv"
    file.write_text(file.read_text().replace("70,1,4,130", "71,1,4,130", 1))
    with pytest.raises(ValueError, match=r"damaged or was changed.*git checkout"):
        getattr(datasets, load)()


def test_line_endings_of_windows_are_no_damage(copied_data):
    file = copied_data / "heart_statlog.csv"
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    X, _ = datasets.load_heart_disease()
    assert X.shape == (270, 13)
