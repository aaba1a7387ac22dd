"""Precision and recall of the readers over the labelled posts, printed at the end of every run that met them."""

from _pytest.terminal import TerminalReporter

from tests.unit.reading import labelled


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """Once, by whoever prints the summary."""
    reports = terminalreporter.getreports("passed") + terminalreporter.getreports("failed")
    if any("test_labelled_posts" in report.nodeid for report in reports):
        terminalreporter.section("free text of posts read into codes")
        for line in labelled.table():
            terminalreporter.line(line)
