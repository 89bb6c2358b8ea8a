"""Runs counties and adds datasets up on Apache Spark, for what one machine cannot hold.

    spark-submit --files huizong spark_rollup.py run 'INPUT/*/*' OUT
        runs `huizong run --data-only` once for each folder of submissions that the pattern names, one county a task;
        OUT/<the folders that the wildcards stand for>/<--name> are the outputs, ready for `huizong rollup`
    spark-submit spark_rollup.py totals DATASET OUT [--compare ROLLUP_OUT]
        adds up a dataset that `huizong rollup --dataset` wrote, by level and year; OUT holds CSV files with the
        columns body_path, level, year, indicator, total, units_reporting; with --compare every total is compared with
        that of a roll-up, and the exit status is 1 where one differs

See scripts/spark_rollup.md for what a province would set.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from pyspark import SparkFiles
from pyspark.sql import SparkSession
from pyspark.sql import functions as F


def county_of(path, fixed):
    """The folder of a submission's county below the fixed part of the pattern, and the file's path within it."""
    parts = Path(path.split(":", 1)[-1]).parts
    behind = parts[len(fixed["parts"]):]
    return "/".join(behind[: fixed["depth"]]), "/".join(behind[fixed["depth"]:])


def run_county(item, out, own_name, options):
    """Runs one county in a folder of its own. Done again after a lost worker, it puts the same in the same place."""
    county, files = item
    with tempfile.TemporaryDirectory() as folder:
        inputs = Path(folder, county.rsplit("/", 1)[-1])
        for name, content in sorted(files):
            path = inputs / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(bytes(content))
        program = SparkFiles.get("huizong")
        os.chmod(program, 0o755)
        made = Path(folder, "out")
        command = [program, "run", inputs, "-o", made, "--data-only", "--quiet", "--facts", "parquet", *options]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode == 2:
            return county, done.stderr.strip()
        target = Path(out, county, own_name)
        target.parent.mkdir(parents=True, exist_ok=True)
        # Written beside its place first, so that an incomplete output never has the name of a complete one.
        beside = Path(tempfile.mkdtemp(prefix=".", dir=target.parent))
        shutil.copytree(made, beside, dirs_exist_ok=True)
        shutil.rmtree(target, ignore_errors=True)
        beside.rename(target)
    return county, ""


def run(spark, plan):
    """Runs every county, one a task, and names those that could not be run."""
    parts = Path(plan.pattern).parts
    first = next((at for at, part in enumerate(parts) if "*" in part or "?" in part), len(parts) - 1)
    fixed = {"parts": parts[:first], "depth": len(parts) - first}
    files = spark.sparkContext.binaryFiles(f"{plan.pattern}/*", plan.partitions)
    counties = files.map(lambda item: (county_of(item[0], fixed), item[1]))
    counties = counties.map(lambda item: (item[0][0], (item[0][1], item[1]))).groupByKey(plan.partitions)
    done = counties.map(lambda item: run_county(item, plan.out, plan.name, plan.option)).collect()
    failed = sorted((county, why) for county, why in done if why)
    for county, why in failed:
        print(f"{county}: {why}", file=sys.stderr)
    print(f"{len(done) - len(failed)} counties in {plan.out}, {len(failed)} could not be run")
    return 1 if failed else 0


def totals(spark, plan):
    """Adds a dataset up for every body of every level."""
    facts = spark.read.option("basePath", plan.dataset).parquet(plan.dataset)
    county = facts.groupBy("body", "year", "indicator").agg(
        F.sum("added").alias("total"), F.count("added").alias("units_reporting"))
    names = F.split(F.col("body"), "/")
    levels = F.sequence(F.lit(1), F.size(names))
    bodies = county.withColumn("length", F.explode(levels)).withColumn(
        "body_path", F.array_join(F.slice(names, F.lit(1), F.col("length")), "/"))
    added = bodies.groupBy("body_path", (F.col("length") - 1).alias("level"), "year", "indicator").agg(
        F.sum("total").alias("total"), F.sum("units_reporting").alias("units_reporting"))
    added = added.withColumn("total", F.when(F.col("units_reporting") > 0, F.col("total")))
    added.orderBy("level", "body_path", "year", "indicator").write.mode("overwrite").option("header", True).csv(plan.out)
    print(f"totals of {plan.dataset} in {plan.out}")
    return compare(spark, plan) if plan.compare else 0


def compare(spark, plan):
    """Compares every total with that of a roll-up, exactly."""
    own = spark.read.option("header", True).csv(plan.out)
    theirs = spark.read.option("header", True).csv(str(Path(plan.compare, "data", "totals.csv")))
    exact = "decimal(38,10)"
    pair = own.alias("a").join(theirs.alias("b"), ["body_path", "year", "indicator"], "full").select(
        F.col("a.total").cast(exact).alias("own"), F.col("b.total").cast(exact).alias("theirs"),
        F.col("a.units_reporting").cast("long").alias("n"), F.col("b.units_reporting").cast("long").alias("m"))
    # The dataset also has indicators of other years' forms, which are in no total of this form.
    compared = pair.filter(F.col("m").isNotNull())
    same = F.col("own").eqNullSafe(F.col("theirs")) & (F.coalesce("n", F.lit(0)) == F.col("m"))
    count = compared.count()
    differ = compared.filter(~same).count()
    print(f"{count} totals compared with {plan.compare}, {differ} differ")
    return 1 if differ or count == 0 else 0


def main():
    """Reads the arguments and does the job."""
    parser = argparse.ArgumentParser(description="runs counties and adds datasets up on Apache Spark")
    jobs = parser.add_subparsers(dest="job", required=True)
    job = jobs.add_parser("run")
    job.add_argument("pattern", help="folders of submissions, one a county, such as INPUT/*/*")
    job.add_argument("out")
    job.add_argument("--name", default="outputs", help="the name of each county's outputs below its folder")
    job.add_argument("--partitions", type=int, default=None)
    job.add_argument("--option", action="append", default=[], help="an option of `huizong run`, as --option=--year=2024")
    job = jobs.add_parser("totals")
    job.add_argument("dataset")
    job.add_argument("out")
    job.add_argument("--compare", help="the outputs of a roll-up to compare with")
    plan = parser.parse_args()
    spark = SparkSession.builder.appName(f"huizong {plan.job}").getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    try:
        return run(spark, plan) if plan.job == "run" else totals(spark, plan)
    finally:
        spark.stop()


if __name__ == "__main__":
    sys.exit(main())
