# Every target makes the environment it needs; a second run reuses it.
PYTHON ?= python3
PY := .venv/bin/python

# No step writes outside the clone: settings, caches and Jupyter's own files stay in it too.
HERE := $(CURDIR)/.cache
# One thread per process: the work is spread over processes, and numbers do not depend on the cores.
export OPENBLAS_NUM_THREADS := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Else each of hundreds of processes compiles our modules, and each worker the tests, anew.
unexport PYTHONDONTWRITEBYTECODE
export XDG_CACHE_HOME := $(HERE)
export XDG_CONFIG_HOME := $(HERE)/config
export PIP_CACHE_DIR := $(HERE)/pip
export MPLCONFIGDIR := $(HERE)/matplotlib
export KERAS_HOME := $(HERE)/keras
export IPYTHONDIR := $(HERE)/ipython
export JUPYTER_CONFIG_DIR := $(HERE)/jupyter
export JUPYTER_DATA_DIR := $(HERE)/jupyter/data
export JUPYTER_RUNTIME_DIR := $(HERE)/jupyter/runtime

.PHONY: help lab grade grade-mine build check-build prove bench-grade stress test bundle site gallery env clean

help:
	@echo "make lab          open the course in JupyterLab"
	@echo "make grade        build the example class, grade it, show the result"
	@echo "make grade-mine   grade your own notebooks with the hidden tests, or one: NOTEBOOK=path"
	@echo "make test         run every test"
	@echo "make build        write everything that is generated from solutions/"
	@echo "make check-build  say which generated files are stale"
	@echo "make prove        measure how good the tests are, into tests/PROOF.md"
	@echo "make stress       grade solutions 2,000 times on a busy machine: each must be full"
	@echo "make bench-grade  time grading against stock nbgrader"
	@echo "make gallery      make docs/panels.html: every panel of a check"
	@echo "make site         make the site to read; PYODIDE=folder: to run in a browser, too"
	@echo "make bundle       make the zip that students get"
	@echo "make clean        remove the environment and what a run leaves behind"

env: .venv/student

.venv/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "This course needs Python 3.11 or newer. Name one: make PYTHON=python3.12 ..."; exit 1; }
	$(PYTHON) -m venv .venv
	@touch $@

.venv/student: .venv/python requirements.txt grader/pyproject.toml pyproject.toml
	$(PY) -m pip install -r requirements.txt
	@touch $@

# All in one go: in two, pip resolves everything and builds this folder twice.
.venv/dev: .venv/python requirements.txt grader/pyproject.toml pyproject.toml
	$(PY) -m pip install -r requirements.txt -e '.[dev]'
	@touch .venv/student $@

# JupyterLab asks nobody for news, saves often, and shows a learner nothing that is for teachers.
lab: .venv/student
	@mkdir -p $(JUPYTER_CONFIG_DIR)/labconfig
	@echo '{"disabledExtensions": {"@jupyter/nbgrader:create-assignment": true, "@jupyter/nbgrader:formgrader": true, "@jupyter/nbgrader:course-list": true}}' \
	  > $(JUPYTER_CONFIG_DIR)/labconfig/page_config.json
	@echo '{"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": false}, "@jupyterlab/docmanager-extension:plugin": {"autosaveInterval": 5}}' \
	  > $(JUPYTER_CONFIG_DIR)/labconfig/default_setting_overrides.json
	.venv/bin/jupyter lab --ServerApp.root_dir=. notebooks/index.ipynb

# The example class is our own code, so that it may run where there is no bubblewrap.
grade: .venv/student
	$(PY) -m nnlib example-class class-example
	$(PY) -m nnlib grade --course class-example $(if $(shell command -v bwrap),,--without-sandbox)

grade-mine: .venv/student
	$(PY) -m nnlib grade-mine $(NOTEBOOK) $(if $(shell command -v bwrap),,--without-sandbox)

build: .venv/dev
	$(PY) -m nnlib build

check-build: .venv/dev
	$(call on,native) $(PY) -m nnlib check-build

prove: .venv/dev
	$(PY) -m nnlib prove

stress: .venv/dev
	$(PY) tests/stress.py

bench-grade: .venv/dev
	$(PY) -m nnlib bench-grade

gallery: .venv/dev
	$(PY) -m nnlib gallery

bundle: .venv/dev
	$(PY) -m nnlib bundle

.venv/site: .venv/student pyproject.toml
	$(PY) -m pip install -e '.[site]'
	@touch $@

site: .venv/site
	$(PY) -m nnlib site $(if $(PYODIDE),--pyodide '$(PYODIDE)') $(if $(NO_SOLUTIONS),--no-solutions)

# Neither grades nor printed text may depend on the processor. So the steps of `make test` run on
# different kernels of NumPy, OpenBLAS and XLA: the first on those that this processor chooses,
# pytest on those of one without AVX-512, nbval on those of one without AVX. KERNELS=native, avx2
# or sse runs all of them on one kind.
native := env -u OPENBLAS_CORETYPE -u OPENBLAS_L2_SIZE -u NPY_DISABLE_CPU_FEATURES -u XLA_FLAGS
ifeq ($(shell uname -m),x86_64)
avx2 := $(native) OPENBLAS_CORETYPE=Haswell XLA_FLAGS=--xla_cpu_max_isa=AVX2 \
  NPY_DISABLE_CPU_FEATURES="X86_V4 AVX512_ICL AVX512_SPR"
sse := $(native) OPENBLAS_CORETYPE=Nehalem XLA_FLAGS=--xla_cpu_max_isa=SSE4_2 \
  NPY_DISABLE_CPU_FEATURES="X86_V3 X86_V4 AVX512_ICL AVX512_SPR"
endif
ifneq ($(filter-out native avx2 sse,$(KERNELS)),)
$(error KERNELS is native, avx2 or sse)
endif
on = $($(or $(KERNELS),$(1)))

# Files with few tests may take long: xdist would start them last. Tests wait for processes: one
# worker more than there are cores fills these.
workers = $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)
test: .venv/dev check-build
	$(PY) -m ruff check
	$(PY) -m ruff format --check
	$(PY) -m vulture
	$(call on,native) $(PY) -m nnlib prove --check
	$(call on,sse) $(PY) -m nnlib check-outputs
	$(call on,avx2) $(PY) -m pytest -n $(workers) -p no:nbval --dist loadfile --no-loadscope-reorder

clean:
	rm -rf .venv .cache dist class-example my-work .pytest_cache .hypothesis .ruff_cache
