"""What the notebooks share: where results are, how a table is printed, how figures look."""

import os
import tomllib
from pathlib import Path

import matplotlib.pyplot as plt
import polars as pl

ROOT = Path(__file__).resolve().parent.parent

# The palette of Okabe and Ito, in the order of the program's own figures.
BLUE, VERMILION, GREEN, PINK = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
ORANGE, SKY, GREY = "#E69F00", "#56B4E9", "#999999"


def results(place: str, command: str) -> tuple[Path, dict]:
    """The folder of results at `place` under the folder of outputs, and what its manifest says.

    One's own results come first, those that `run.sh` made second. Without either
    it stops, and says by which command results are made.
    """
    output = Path(__file__).parent / os.environ.get("TAOSIM_OUTPUT", "../output")
    own, short = output / place, output / "notebooks" / place
    folder = next((f for f in [own, short] if (f / "manifest.toml").is_file()), None)
    if folder is None:
        raise FileNotFoundError(
            f"no results in {os.path.relpath(own)}. Make them from the root of the project: "
            f"cargo run --release -- {command}"
        )
    manifest = tomllib.loads((folder / "manifest.toml").read_text())
    whose = "your own" if folder == own else "made by run.sh"
    print(f"{manifest['scenario']}: {os.path.relpath(folder)} ({whose})")
    print(f"  {manifest['program']}, {manifest['status']}, digest {manifest['result_digest']}")
    return folder, manifest


def show(table: pl.DataFrame) -> None:
    """Prints a table as plain text, whole."""
    with pl.Config(
        tbl_hide_column_data_types=True,
        tbl_hide_dataframe_shape=True,
        tbl_cell_numeric_alignment="RIGHT",
        tbl_rows=-1,
        tbl_cols=-1,
        thousands_separator=True,
        tbl_width_chars=120,
        fmt_str_lengths=100,
    ):
        print(table)


def style() -> None:
    """Sets how figures look."""
    plt.rcParams.update({
        "figure.dpi": 100, "figure.constrained_layout.use": True,
        "axes.spines.top": False, "axes.spines.right": False,
        "axes.grid": True, "axes.axisbelow": True, "grid.color": "#E4E4E4",
        "axes.titlelocation": "left", "axes.titleweight": "bold", "axes.titlesize": 11,
        "legend.frameon": False,
    })  # fmt: skip
