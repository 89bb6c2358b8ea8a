
// The charts. Text in them is drawn, never HTML: the tooltips too.

const INK = "#1d2733";
const SOFT = "#55616f";
const BARS = ["#2e6f9e", "#a9c8de"];
const YEARS = ["#b7c3ce", "#2e6f9e"];
const KINDS = ["#2e6f9e", "#7fb2d3", "#c0792a", "#d9b15f", "#8d7ba8", "#8b97a3"];
const charts = [];

// A brace in a name would be read as a mark of style.
const plain = (name) => name.replace(/\{/g, "｛").replace(/\}/g, "｝");
const narrow = (node) => node.clientWidth < 520;

function chart(id, height, option, click) {
  const node = byId(id);
  node.style.height = `${height}px`;
  const made = echarts.getInstanceByDom(node) || echarts.init(node, null, { renderer: "svg" });
  made.resize();
  made.setOption({
    animation: false,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: INK },
    tooltip: { renderMode: "richText", trigger: "axis", axisPointer: { type: "shadow" }, confine: true, ...option.tooltip },
    ...option.parts,
  }, { notMerge: true });
  made.off("click");
  if (click) made.on("click", click);
  if (!charts.includes(made)) charts.push(made);
  return made;
}

function nothing(id, words) {
  const figure = byId(id).closest("figure");
  byId(id).hidden = true;
  figure.querySelector(".note").textContent = words;
}

const note = (id, words) => { byId(id).closest("figure").querySelector(".note").textContent = words; };
const names = (node, categories, more) => ({
  type: "category", inverse: true, data: categories, axisTick: { show: false }, axisLine: { lineStyle: { color: "#c3ccd5" } },
  axisLabel: { color: INK, width: narrow(node) ? 92 : 190, overflow: "truncate", fontSize: 12 }, ...more,
});
const numbers = { type: "value", minInterval: 1, axisLabel: { color: SOFT }, splitLine: { lineStyle: { color: "#e7ebef" } } };

// The beginning that all names share, where it is the county's: it need not be repeated on an axis.
function shared(all) {
  const county = /^.{1,10}?[县市区旗]/.exec(all[0]);
  return county && all.every((name) => name.startsWith(county[0]) && name.length > county[0].length + 1) ? county[0].length : 0;
}

// A long list is looked at page by page.
function drawPager(made, all, most) {
  const host = byId("chart-pager");
  host.hidden = all <= most;
  let from = 0;
  const turn = (by) => () => {
    from = Math.max(0, Math.min(all - most, from + by * most));
    made.dispatchAction({ type: "dataZoom", startValue: from, endValue: from + most - 1 });
  };
  const button = (label, by) => element("button", { type: "button", click: turn(by) }, label);
  host.replaceChildren(button("前一屏", -1), button("后一屏", 1));
}

function drawUnitsChart() {
  const [[, , [received]], [, , [carried]]] = page.figures;
  const number = (line, at) => (counts(line, at) ? Number(valueAt(line, at)) : null);
  const counted = page.lines.filter((line) => line.left_out === "");
  let rows = counted.map((line) => ({ line, values: [number(line, received), number(line, carried)] }));
  rows = rows.filter(({ values }) => values.some((value) => value !== null));
  if (!rows.length) return nothing("chart-units", "没有已计入的数字。");
  const sum = ({ values }) => values[0] + values[1];
  if (!byId("chart-order").checked) rows.sort((a, b) => sum(b) - sum(a));
  const without = page.lines.length - rows.length;
  note("chart-units", without ? `没有画出的 ${without} 份：未报、未计入，或者这两格没有数字，见下面的单位表。` : "");
  const node = byId("chart-units");
  const most = 24;
  const cut = shared(rows.map(({ line }) => line.name));
  const zoom = rows.length > most ? [{
    type: "slider", yAxisIndex: 0, startValue: 0, endValue: most - 1, width: 16, right: 4, showDetail: false, brushSelect: false,
    zoomLock: false, filterMode: "empty", borderColor: "#d5dbe2", fillerColor: "rgba(46,111,158,.18)",
  }] : [];
  const series = ["本年新收", "上年结转"].map((label, at) => ({
    name: label, type: "bar", stack: "all", barMaxWidth: 16, itemStyle: { color: BARS[at] },
    data: rows.map(({ values }) => values[at]),
    label: at === 1 ? { show: true, position: "right", color: SOFT, formatter: ({ dataIndex }) => String(sum(rows[dataIndex])) } : { show: false },
  }));
  const formatter = (items) => {
    const { line, values } = rows[items[0].dataIndex];
    const [a, b] = values.map((value) => (value === null ? "没有数字" : `${value} 件`));
    return `${plain(line.name)}\n本年新收 ${a}\n上年结转 ${b}`;
  };
  const made = chart("chart-units", Math.min(rows.length, most) * 23 + 74, {
    tooltip: { formatter },
    parts: {
      grid: { left: 8, right: zoom.length ? 64 : 40, top: 34, bottom: 6, containLabel: true },
      legend: { top: 0, left: 0, selectedMode: false, itemWidth: 14, itemHeight: 10 },
      xAxis: numbers, yAxis: names(node, rows.map(({ line }) => plain(line.name.slice(cut)))), dataZoom: zoom, series,
    },
  }, ({ dataIndex }) => go(`#/u/${rows[dataIndex].line.at}`)());
  drawPager(made, rows.length, most);
}

function drawOutcomes() {
  const valueOf = (at) => Number(page.indicators[at].total || 0);
  const groups = page.outcomes.map((group, kind) => ({
    ...group, kind, sum: group.items.reduce((sum, at) => sum + valueOf(at), 0),
  }));
  const all = groups.reduce((sum, group) => sum + group.sum, 0);
  if (all <= 0) return nothing("chart-outcomes", "没有办理结果的数字。");
  // Of the total that is printed, as in every other output, even where the results do not add up to it.
  const total = page.concluded;
  const share = (value) => (Number(total) > 0 ? `${((value / Number(total)) * 100).toFixed(1)}%` : "");
  const part = (value) => (share(value) ? `，占办理结果总计的 ${share(value)}` : "");
  const rows = groups.flatMap((group) => group.items.map((at, nth) => ({ at, kind: group.kind, group: group.label, label: group.labels[nth], value: valueOf(at) })));
  const shown = rows.filter((row) => row.value !== 0);
  const zero = rows.length - shown.length;
  const differs = total !== null && Number(total) !== all ? `各项相加 ${all} 件，“总计”一行相加 ${total} 件：有的报告里两者不符，见问题。占比以“总计”为分母。` : "";
  note("chart-outcomes", joined([zero ? `另有 ${zero} 项为 0 或没有数字，没有画出。` : "", differs], ""));
  const node = byId("chart-outcomes");
  const kinds = groups.filter((group) => group.sum > 0);
  const strips = kinds.map((group) => ({
    name: `${group.label} ${share(group.sum)}`, type: "bar", stack: "strip", barWidth: 22, xAxisIndex: 0, yAxisIndex: 0,
    itemStyle: { color: KINDS[group.kind % KINDS.length] }, data: [group.sum],
    tooltip: { trigger: "item" },
  }));
  const bars = {
    type: "bar", xAxisIndex: 1, yAxisIndex: 1, barMaxWidth: 14,
    data: shown.map((row) => ({ value: row.value, itemStyle: { color: KINDS[row.kind % KINDS.length] } })),
    label: { show: true, position: "right", color: SOFT, formatter: ({ value }) => String(value) },
  };
  const legendLines = narrow(node) ? 3 : 2;
  const top = legendLines * 22 + 6;
  const formatter = (item) => (item.seriesIndex < kinds.length
    ? `${kinds[item.seriesIndex].label} ${kinds[item.seriesIndex].sum} 件${part(kinds[item.seriesIndex].sum)}`
    : `${joined([shown[item.dataIndex].group, shown[item.dataIndex].label === shown[item.dataIndex].group ? "" : shown[item.dataIndex].label], "：")}\n${item.value} 件${part(item.value)}`);
  chart("chart-outcomes", top + 40 + shown.length * 22 + 20, {
    tooltip: { trigger: "item", formatter },
    parts: {
      legend: { top: 0, left: 0, selectedMode: false, itemWidth: 12, itemHeight: 10, itemGap: 10, data: strips.map(({ name }) => name), textStyle: { fontSize: 12 } },
      grid: [{ left: 8, right: 8, top, height: 26 }, { left: 8, right: 44, top: top + 38, bottom: 6, containLabel: true }],
      xAxis: [{ type: "value", max: all, show: false, gridIndex: 0 }, { ...numbers, gridIndex: 1, show: false }],
      yAxis: [{ type: "category", data: [""], show: false, gridIndex: 0 }, names(node, shown.map((row) => plain(row.label)), { gridIndex: 1 })],
      series: [...strips, bars],
    },
  }, ({ seriesIndex, dataIndex }) => { if (seriesIndex >= kinds.length) go(`#/i/${shown[dataIndex].at}`)(); });
}

function drawYears() {
  const rows = page.comparisons.filter((row) => row.drawn);
  if (!page.comparisons.length) return nothing("chart-years", "没有给出上年的数字（运行时用 --previous 给出），不能比较。");
  const labels = [`${page.year - 1}年`, `${page.year}年`];
  const series = ["then", "now"].map((key, at) => ({
    name: labels[at], type: "bar", barMaxWidth: 12, barGap: "10%", itemStyle: { color: YEARS[at] },
    data: rows.map((row) => Number(row[key])),
    label: { show: true, position: "right", color: SOFT, fontSize: 11, formatter: ({ dataIndex }) => rows[dataIndex][key] },
  }));
  const percent = (row) => (row.percent === "" ? "" : `（${row.percent}%）`);
  const formatter = (items) => {
    const row = rows[items[0].dataIndex];
    return `${row.label}\n${labels[0]} ${row.then}，${labels[1]} ${row.now}\n增减 ${row.change}${percent(row)}，可比单位 ${row.units} 个`;
  };
  if (rows.length) {
    chart("chart-years", rows.length * 40 + 56, {
      tooltip: { formatter },
      parts: {
        grid: { left: 8, right: 46, top: 30, bottom: 4, containLabel: true },
        legend: { top: 0, left: 0, selectedMode: false, itemWidth: 14, itemHeight: 10 },
        xAxis: { ...numbers, show: false }, yAxis: names(byId("chart-years"), rows.map((row) => row.label)), series,
      },
    });
  }
  note("chart-years", `只比较两年都有数字的单位（可比单位），所以本年数可能少于${page.whole}合计。`);
  if (byId("table-years").firstChild) return;
  const cells = [["项目", (row) => row.label], [labels[0], (row) => row.then], [labels[1], (row) => row.now],
    ["增减", (row) => [row.change, element("small", {}, percent(row))]], ["可比单位", (row) => String(row.units)]];
  const head = cells.map(([label], at) => element("th", { scope: "col", class: at ? "number" : null }, label));
  const row = (one) => cells.map(([, of], at) => element(at ? "td" : "th", { class: at ? "number" : "first" }, of(one)));
  const body = element("tbody", {}, page.comparisons.map((one) => element("tr", {}, row(one))));
  const table = element("table", { class: "years" }, element("thead", {}, element("tr", {}, head)), body);
  byId("table-years").append(element("div", { class: "scroll" }, table));
}

function drawCharts() {
  drawUnitsChart();
  drawOutcomes();
  drawYears();
}

// The tables can be used before the charts are drawn.
setTimeout(() => {
  drawCharts();
  byId("chart-order").addEventListener("change", drawUnitsChart);
  let width = innerWidth;
  let waiting = null;
  addEventListener("resize", () => {
    if (innerWidth === width) return;
    width = innerWidth;
    clearTimeout(waiting);
    waiting = setTimeout(drawCharts, 150);
  });
  // An A4 page between its margins, in CSS pixels.
  const fit = (width) => () => charts.forEach((each) => { each.resize({ width }); each.getZr().flush(); });
  addEventListener("beforeprint", fit(690));
  addEventListener("afterprint", fit("auto"));
  document.documentElement.classList.add("drawn");
}, 0);
