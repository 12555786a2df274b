"""Grade on the workers of a Dask cluster, on each of which this package is installed."""

import hashlib
import io
import tempfile
import threading
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from evenhand import releases
from evenhand.handins import beside
from evenhand.jobs import Done, GradingFailed, Job
from evenhand.nbgrader_steps import files_of
from evenhand.options import Options
from evenhand.pool import LocalGraders


class DaskGraders:
    """The workers of a Dask cluster, each with this package installed.

    Nothing needs to be shared with them: sources and submissions are sent along.

    Parameters
    ----------
    options : Options
        How to grade.
    address : str
        The scheduler's address, such as ``tcp://10.0.0.1:8786``.
    sources : mapping
        part -> notebook -> path; all of them, since later notebooks carry over earlier functions.

    Raises
    ------
    GradingFailed
        If Dask is not installed, or nobody answers at that address.
    """

    def __init__(
        self, options: Options, address: str, sources: Mapping[str, Mapping[str, Path]]
    ) -> None:
        try:
            import distributed
        except ImportError:
            raise GradingFailed(
                "--scheduler needs Dask: pip install distributed, here and on every worker."
            ) from None
        self._options = replace(options, root="", layout="")  # both differ on a worker
        try:
            self._client = distributed.Client(address, timeout=10, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as error:
            raise GradingFailed(f"No Dask scheduler answers at {address} ({error}).") from None
        bundle = _pack(sources, options)
        self._name = f"evenhand-sources-{hashlib.sha256(bundle).hexdigest()[:20]}"
        # A plugin reaches the workers that join later, too.
        self._client.register_plugin(_plugin(self._name, bundle))

    def grade(self, jobs: Iterable[Job]) -> Iterator[list[Done]]:
        """Grade jobs; yield what is finished whenever something is."""
        from distributed import KilledWorker, as_completed

        jobs = iter(jobs)
        running: dict[str, Job] = {}
        completed = as_completed(loop=self._client.loop)
        lost: list[Done] = []

        def fill() -> None:
            threads = sum(self._client.nthreads().values())
            while len(running) < max(2 * threads, 2):
                job = next(jobs, None)
                if job is None:
                    return
                data, others = None, {}
                try:
                    if job.submission:
                        data = job.submission.read_bytes()
                        others, _ = beside(job.submission.parent, ("*.pyc",))
                except OSError as error:  # it was there a moment ago
                    lost.append(Done(job, None, f"cannot be read ({error.strerror}); run it again"))
                    continue
                future = self._client.submit(
                    _grade_remotely, self._name, job, data, others, self._options, pure=False
                )
                running[future.key] = job
                completed.add(future)

        fill()
        while running:
            batch = []
            for future in completed.next_batch(block=True):
                job = running.pop(future.key)
                error = future.exception()
                if isinstance(error, KilledWorker):
                    batch.append(Done(job, None, "the workers that graded it died; run it again"))
                elif error is not None:
                    if type(error).__name__ == "GradingFailed":
                        raise GradingFailed(str(error))
                    sentence = f"the grader failed on it ({type(error).__name__}: {error})"
                    batch.append(Done(job, None, sentence))
                else:
                    batch.append(replace(future.result(), job=job))
                future.release()
            fill()
            yield batch
        if lost:
            yield lost

    def close(self) -> None:
        """Say goodbye to the cluster, which goes on running."""
        self._client.close()


def _pack(sources: Mapping[str, Mapping[str, Path]], options: Options) -> bytes:
    """Zip the sources, the files beside them, and the known releases.

    The same files give the same bytes.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as bundle:
        one = next(path for some in sources.values() for path in some.values())
        known = releases.root_of(one, options)
        for file in files_of(known, options.release):
            bundle.writestr(zipfile.ZipInfo(str(file.relative_to(known))), file.read_bytes())
        if (known / releases.FILE).is_file():
            bundle.writestr(zipfile.ZipInfo(releases.FILE), (known / releases.FILE).read_bytes())
        for part, notebooks in sorted(sources.items()):
            for notebook, path in sorted(notebooks.items()):
                inside = zipfile.ZipInfo(f"source/{part}/{notebook}.ipynb")
                bundle.writestr(inside, path.read_bytes())
            for folder in {path.parent for path in notebooks.values()}:
                for name, data in sorted(beside(folder, options.ignore)[0].items()):
                    bundle.writestr(zipfile.ZipInfo(f"source/{part}/{name}"), data)
    return buffer.getvalue()


def _plugin(name: str, bundle: bytes):
    """Make the Dask plugin that unpacks the sources on each worker."""
    from distributed import WorkerPlugin

    class Sources(WorkerPlugin):
        def setup(self, worker) -> None:
            folder = Path(worker.local_directory, name)
            with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
                archive.extractall(folder)
            # Imported here: the plugin is sent by value, and would bring a dictionary of its own.
            from evenhand import cluster

            cluster.unpacked[name] = folder

    plugin = Sources()
    plugin.name = name
    return plugin


unpacked: dict[str, Path] = {}
_remote_graders: dict[Options, LocalGraders] = {}
_one_at_a_time = threading.Lock()


def _grade_remotely(
    name: str, job: Job, submission: bytes | None, others: dict[str, bytes], options: Options
) -> Done:
    """Grade one notebook on a Dask worker, in processes of its own."""
    source = unpacked[name] / "source" / job.part / f"{job.notebook}.ipynb"
    files = others if submission is None else {**others, source.name: submission}
    # In the worker's own folder, which Dask removes even if the worker was killed.
    place = unpacked[name].parent
    with _one_at_a_time, tempfile.TemporaryDirectory(prefix="submission-", dir=place) as folder:
        for file, data in files.items():
            path = Path(folder, file)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        if options not in _remote_graders:
            _remote_graders[options] = LocalGraders(options, 1, [source])
        path = None if submission is None else Path(folder, source.name)
        here = replace(job, submission=path, source=source)
        [[done]] = list(_remote_graders[options].grade([here]))
        return done
