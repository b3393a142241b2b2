# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # The desk: a region, its figures, its plan, a report
#
# 工作台：区域、数据、规划、报告。`cszt desk` shows this notebook as a page.

# %% tags=["parameters"]
PROJECT = None  # folder of your projects; None is the present one
AS_OF = "2026-11-29"  # of no account here: reports are of all that is known
SEED = 1

# %%
import os

import cszt_models as cm
from cszt_models.desk.page import desk

desk(os.environ.get("CSZT_LANGUAGE", "en"), PROJECT)

# %%
from importlib.metadata import version

print(f"cszt_models {cm.__version__}", *(f"{n} {version(n)}" for n in ["ipywidgets"]))
