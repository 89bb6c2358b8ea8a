"""Builds the fictional sample county and the workbooks for measuring."""
