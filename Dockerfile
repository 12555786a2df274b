# The course in JupyterLab, as an ordinary user: for Binder, a hub, or one machine.
#   docker build -t neural-network . && docker run --rm -p 8888:8888 neural-network
# In this folder it holds the solutions; for a class, build it in the unpacked course.zip.
FROM python:3.12-slim-bookworm

ARG NB_USER=learner
ARG NB_UID=1000
RUN useradd --create-home --uid "${NB_UID}" "${NB_USER}"
ENV HOME=/home/${NB_USER} \
    OPENBLAS_NUM_THREADS=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1

WORKDIR ${HOME}/course
COPY --chown=${NB_UID} . .
RUN pip install --no-cache-dir -r requirements.txt

USER ${NB_USER}
EXPOSE 8888
CMD ["jupyter", "lab", "--ip=0.0.0.0", "--no-browser", "notebooks/index.ipynb"]
