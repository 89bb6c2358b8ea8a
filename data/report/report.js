
const page = JSON.parse(byId("data").textContent);
const text = (number) => page.strings[number];
const CLASSES = { "必改": "fix", "待说明": "explain", "提示": "note" };
const WEIGHTS = Object.keys(CLASSES);
const STATES = {
  n: "数字", u: "数字，是元还是万元不明，没有相加", w: "数字，是负数或件数不是整数，没有相加", b: "空白", a: "不适用", t: "非数字", x: "缺失",
  o: "不单列（其他处理分项填或合填，另一种填法的格子）", f: "缺失（所用的表式没有这一格）",
};
const RULES = new Map(page.rules);
const STATUS_CLASSES = {
  "通过": "good", "待说明": "explain", "必改": "fix", "无法读取": "fix", "没有年报表格": "fix", "重复待定": "fix", "未报": "fix",
};
const isOpen = (finding) => finding.answer !== "已说明" && finding.answer !== "已代为更正";
const findingsOf = new Map();
for (const finding of page.findings) {
  if (finding.line === null) continue;
  if (!findingsOf.has(finding.line)) findingsOf.set(finding.line, []);
  findingsOf.get(finding.line).push(finding);
}
page.lines.forEach((line, at) => { line.at = at; });

// What a line has at a position of the form.
const stateAt = (line, at) => (line.cells ? text(line.cells.states)[at] : "");
const valueAt = (line, at) => (line.cells ? text(line.cells.values[at]) : "");
const pastAt = (line, at) => (line.past ? text(line.past[at]) : "");
function rawAt(line, at) {
  if (!line.cells) return "";
  const raw = line.cells.raw.find(([position]) => position === at);
  return raw ? text(raw[1]) : valueAt(line, at);
}
function placeAt(line, at) {
  const layout = page.layouts[line.cells.layout];
  return { sheet: text(layout.sheets[at]), cell: cellName(text(layout.cells[at])) };
}
// A cell of a document's table, in words.
function cellName(cell) {
  const found = /^table(\d+)!R(\d+)C(\d+)$/.exec(cell);
  return found ? `第${found[1]}个表格第${found[2]}行第${found[3]}列` : cell;
}
const counts = (line, at) => line.left_out === "" && stateAt(line, at) === "n";

const go = (to) => () => { location.hash = to; };
const link = (label, to, more) => element("button", { type: "button", class: "go", click: go(to), ...more }, label);
const tag = (word, kind) => element("span", { class: `tag ${kind || ""}` }, word);
const joined = (texts, between) => texts.filter((part) => part !== "").join(between);
const lists = [];
function list(id, options) {
  const made = new List(typeof id === "string" ? byId(id) : id, options);
  if (typeof id === "string") lists.push(made);
  return made;
}

// The tables of the page.

const column = {
  unit: { label: "单位", style: "name", of: (line) => line.name, show: (line) => link(line.name, `#/u/${line.at}`) },
  status: { label: "状态", of: (line) => line.status, show: (line) => tag(line.status, STATUS_CLASSES[line.status]) },
};

function sumOf(line, positions) {
  const values = positions.map((at) => valueAt(line, at));
  if (values.some((value) => value === "")) return "";
  return values.length === 1 ? values[0] : String(values.reduce((sum, value) => sum + Number(value), 0));
}

function drawUnits() {
  const dates = [["截止日期", "due"], ["收到日期", "received"]].filter(([, key]) => page.lines.some((line) => line[key] !== ""));
  return list("table-units", {
    name: "单位表",
    rows: page.lines,
    choices: [{ label: "状态", of: (line) => line.status }, { label: "类型", of: (line) => line.kind }],
    columns: [
      column.unit,
      { label: "类型", style: "tight", of: (line) => line.kind },
      column.status,
      ...WEIGHTS.map((word, at) => ({ label: word, number: true, of: (line) => String(line.counts[at]) })),
      ...page.figures.map(([, label, positions]) => ({ label, number: true, of: (line) => sumOf(line, positions) })),
      ...dates.map(([label, key]) => ({ label, style: "tight", of: (line) => line[key] })),
      { label: "文件", style: "file", of: (line) => line.file },
    ],
  });
}

function meant(finding) {
  if (finding.expected !== "") return `应为${finding.expected}`;
  const sets = finding.suspects.length;
  if (sets === 1) return `疑为：${finding.suspects[0].map(([at, value]) => `${page.indicators[at].title}改为${value}`).join("、")}`;
  return sets ? `疑为${sets}种改法之一，见说明` : "";
}

const whereTo = (finding) => {
  if (finding.line === null) return finding.rule === "R02" && finding.indicator !== null ? `#/i/${finding.indicator}` : null;
  return finding.indicator === null || !page.lines[finding.line].cells ? `#/u/${finding.line}` : `#/i/${finding.indicator}/${finding.line}`;
};

function drawProblems() {
  return list("table-problems", {
    name: "问题表",
    rows: page.findings,
    nothing: "没有问题",
    choices: [
      { label: "性质", of: (finding) => finding.weight },
      { label: "规则", of: (finding) => `${finding.rule} ${RULES.get(finding.rule)}` },
      { label: "状态", of: (finding) => finding.answer },
    ],
    columns: [
      { label: "性质", of: (finding) => finding.weight, show: (finding) => tag(finding.weight, CLASSES[finding.weight]) },
      { label: "规则", style: "tight", of: (finding) => finding.rule },
      { label: "单位", style: "name", of: (finding) => finding.unit || finding.file,
        show: (finding, name) => (whereTo(finding) ? link(name, whereTo(finding)) : name) },
      { label: "说明", style: "long", of: (finding) => finding.message },
      { label: "现填", style: "given", of: (finding) => finding.given },
      { label: "应为或疑为", style: "name", of: meant },
      { label: "差额", number: true, of: (finding) => finding.difference },
      { label: "文件和单元格", style: "file",
        of: (finding) => joined([finding.file, finding.sheet, finding.cell], " › ") },
      { label: "状态", style: "tight", of: (finding) => finding.answer },
      { label: "编号", style: "id", of: (finding) => finding.id },
    ],
  });
}

function drawTotals() {
  const rows = page.indicators.map((item, at) => ({ ...item, at })).filter((item) => item.shown);
  return list("table-totals", {
    name: "合计清单",
    rows,
    columns: [
      { label: "指标", style: "name", of: (item) => item.title, show: (item) => link(item.title, `#/i/${item.at}`) },
      { label: "合计", number: true, of: (item) => item.total || "" },
      { label: "应有单位", number: true, of: () => String(page.expected) },
      { label: "相加的单位", number: true, of: (item) => String(item.reporting) },
      { label: "空白或不适用", number: true, of: (item) => String(item.blank) },
      { label: "其中有必改问题", number: true, of: (item) => String(item.flagged) },
      { label: "不含有必改问题单位的合计", number: true, of: (item) => item.unflagged || "" },
      { label: "更正后的合计", number: true, of: (item) => item.corrected || "" },
    ],
  });
}

function drawMissing() {
  const given = page.missing.some(([, , due]) => due !== "");
  const labels = [["单位", 0], ["类型", 1], ...(given ? [["截止日期", 2]] : []), ["情况", 3]];
  return list("table-missing", {
    name: "未报送名单",
    rows: page.missing,
    nothing: page.has_roster ? "没有：都报了，也都计入了" : "没有名册，不能判断谁未报",
    choices: [{ label: "情况", of: (row) => row[3] }],
    columns: labels.map(([label, at]) => ({ label, of: (row) => row[at] })),
  });
}

// The heat map: a row for each unit with open findings, a column for each rule that found any.
function drawHeat(problems) {
  const whose = (finding) => finding.unit || finding.file;
  const rows = new Map();
  const found = page.findings.filter(isOpen);
  for (const finding of found) {
    const name = whose(finding);
    if (!rows.has(name)) rows.set(name, { name, all: 0, by: {} });
    const row = rows.get(name);
    const cell = row.by[finding.rule] || (row.by[finding.rule] = { count: 0, worst: 2 });
    row.all += 1;
    cell.count += 1;
    cell.worst = Math.min(cell.worst, WEIGHTS.indexOf(finding.weight));
  }
  const show = (name, rule) => () => {
    const test = (finding) => isOpen(finding) && whose(finding) === name && (rule === null || finding.rule === rule);
    problems.filterBy({ label: rule === null ? name : `${name} · ${rule}`, test });
    byId("table-problems").scrollIntoView({ block: "start" });
  };
  const button = (label, name, rule) => element("button", {
    type: "button", class: "go", click: show(name, rule), "aria-label": `${name} ${rule || "全部"} ${label} 处`,
  }, label);
  const rules = page.rules.filter(([code]) => found.some((finding) => finding.rule === code));
  byId("heat-rules").textContent = rules.map(([code, title]) => `${code} ${title}`).join("；");
  const shade = (cell) => `${CLASSES[WEIGHTS[cell.worst]]}-${cell.count > 3 ? 3 : cell.count > 1 ? 2 : 1}`;
  return list("table-heat", {
    name: "问题分布",
    rows: [...rows.values()],
    step: 60,
    nothing: "没有未处理的问题",
    columns: [
      { label: "单位", style: "name", of: (row) => row.name },
      ...rules.map(([code, title]) => ({
        label: code, small: title, hint: title, number: true,
        of: (row) => (row.by[code] ? String(row.by[code].count) : ""),
        show: (row, count) => (count ? button(count, row.name, code) : ""),
        className: (row) => (row.by[code] ? shade(row.by[code]) : ""),
      })),
      { label: "合计", number: true, of: (row) => String(row.all), show: (row, count) => button(count, row.name, null) },
    ],
  });
}

// The way down: a total, its units, a cell, a unit's report.

const drawer = byId("drawer");
let cameFrom = null;

function facts(pairs) {
  const known = pairs.filter(([, value]) => value !== "" && value !== null);
  return element("dl", { class: "facts" }, known.map(([name, value, kind]) => [
    element("dt", {}, name), element("dd", { class: kind || null }, value),
  ]));
}

function findingList(findings) {
  return element("ul", { class: "findings" }, findings.map((finding) => element("li", { class: CLASSES[finding.weight] },
    tag(finding.weight, CLASSES[finding.weight]), ` ${finding.rule} ${RULES.get(finding.rule)}：${finding.detail || finding.message}`,
    element("div", { class: "where" }, joined([meant(finding), joined([finding.sheet, finding.cell], " "), joined([finding.answer, finding.explanation], "："), finding.id], "　")),
  )));
}

const suspected = (finding, at) => finding.suspects.map((set) => set.find(([position]) => position === at)).filter(Boolean);
const isAbout = (at) => (finding) => finding.cells.includes(at) || suspected(finding, at).length > 0;

function stand(line, at) {
  const state = STATES[stateAt(line, at)] || "";
  if (line.left_out === "") return state;
  return joined([`未计入：${line.left_out}`, stateAt(line, at) === "n" ? "" : state], "，");
}

function showTotal(at) {
  const item = page.indicators[at];
  const hasPast = page.lines.some((line) => pastAt(line, at) !== "");
  const body = [
    element("p", {}, "合计 ", element("b", { class: "big" }, item.total === null ? "—" : item.total),
      item.total === null ? "　没有单位填写数字" : `　由 ${item.reporting} 个单位相加，应有 ${page.expected} 个`),
    facts([
      ["有必改问题", item.flagged ? `其中 ${item.flagged} 个单位有必改问题；不含这些单位，合计 ${item.unflagged === null ? "—" : item.unflagged}` : ""],
      ["更正后", item.corrected === item.total ? "" :
        joined([item.corrected === null ? "—" : item.corrected,
          item.cells_corrected ? `${item.cells_corrected} 格换成唯一的正确值` : "",
          item.cells_left_out ? `${item.cells_left_out} 格有误又没有唯一正确值，剔除` : ""], "　")],
      ["本身有误，未计入", item.corrected === item.total && item.cells_left_out ? `${item.cells_left_out} 格` : ""],
      ["空白或不适用", item.blank ? `${item.blank} 个单位，未按 0 计` : ""],
    ]),
  ];
  const table = element("div");
  list(table, {
    name: "组成合计的单位",
    rows: page.lines,
    choices: [{ label: "情况", of: (line) => stand(line, at) }],
    columns: [
      { label: "单位", style: "name", of: (line) => line.name, show: (line) => link(line.name, line.cells ? `#/i/${at}/${line.at}` : `#/u/${line.at}`) },
      { label: "本年", number: true, of: (line) => valueAt(line, at), className: (line) => (counts(line, at) ? "" : "empty") },
      ...(hasPast ? [{ label: "上年", number: true, of: (line) => pastAt(line, at) }] : []),
      { label: "情况", style: "state", of: (line) => stand(line, at) },
      column.status,
    ],
  });
  return { path: [[`${page.whole}合计`, "#totals"]], title: item.title, body: [...body, table] };
}

function showCell(at, line) {
  const item = page.indicators[at];
  const { sheet, cell } = placeAt(line, at);
  const all = findingsOf.get(line.at) || [];
  const about = all.filter(isAbout(at));
  const maybe = [...new Set(about.filter(isOpen).flatMap((finding) => suspected(finding, at).map(([, value]) => value)))];
  const raw = rawAt(line, at);
  const rest = all.length - about.length;
  const hasPlace = ["n", "u", "w", "b", "a", "t"].includes(stateAt(line, at));
  return {
    path: [[`${page.whole}合计`, "#totals"], [item.title, `#/i/${at}`]],
    title: line.name,
    body: [
      element("p", {}, `${item.title}　`, element("b", { class: "big" }, valueAt(line, at) || "—")),
      facts([
        ["情况", stand(line, at)],
        ["上年", pastAt(line, at)],
        ["文件", line.file],
        ["工作表", sheet],
        ["单元格", cell || (hasPlace ? "在正文里，没有单元格地址" : "")],
        ["原文", raw, "raw"],
        ["已代为更正", line.corrected.filter(([position]) => position === at).map(([, words]) => words).join("；")],
        ["可能应为", maybe.join("，或 ")],
      ]),
      element("h3", {}, "关于这一格的问题"),
      about.length ? findingList(about) : element("p", { class: "hint" }, "没有"),
      element("p", {}, link(rest ? `看该单位整份报告和其他 ${rest} 个问题` : "看该单位整份报告", `#/u/${line.at}`)),
    ],
  };
}

// A unit's report in a copy of the county's tables.
function report(line, findings) {
  return [...document.querySelectorAll("#totals figure.form")].map((table) => {
    const copy = table.cloneNode(true);
    copy.removeAttribute("id");
    copy.querySelectorAll(".coverage, .balance").forEach((node) => node.remove());
    for (const cell of copy.querySelectorAll("td[data-i]")) {
      const at = Number(cell.dataset.i);
      const state = stateAt(line, at);
      cell.removeAttribute("title");
      const about = findings.filter((finding) => finding.cells.includes(at)).map((finding) => WEIGHTS.indexOf(finding.weight));
      const shown = { n: valueAt(line, at), u: valueAt(line, at), w: valueAt(line, at), b: "空", x: "缺", f: "缺", o: "" }[state];
      cell.className = joined([
        about.length ? CLASSES[WEIGHTS[Math.min(...about)]] : "",
        findings.some((finding) => suspected(finding, at).length) ? "suspect" : "",
        state === "n" ? "" : "empty",
      ], " ");
      cell.replaceChildren(link(shown === undefined ? rawAt(line, at) : shown, `#/i/${at}/${line.at}`, { title: STATES[state] }));
    }
    return copy;
  });
}

function showUnit(line) {
  const findings = findingsOf.get(line.at) || [];
  const shown = findings.filter(isOpen);
  return {
    path: [["单位", "#units"]],
    title: line.name,
    body: [
      facts([
        ["状态", tag(line.status, STATUS_CLASSES[line.status])],
        ["计入合计", line.left_out === "" ? "计入" : `未计入：${line.left_out}`],
        ["类型", line.kind],
        ["文件", line.file],
        ["截止日期", line.due],
        ["收到日期", line.received],
      ]),
      element("h3", {}, "问题"),
      findings.length ? findingList(findings) : element("p", { class: "hint" }, "没有"),
      ...(line.cells ? [
        element("h3", {}, "所报的表"),
        element("p", { class: "hint" }, "点一格看它在文件里的位置和原文。底色：有问题；虚线框：疑似有误；“空”：空白；“缺”：没有这一格。"),
        ...report(line, shown),
      ] : []),
    ],
  };
}

function route() {
  const [kind, ...numbers] = location.hash.startsWith("#/") ? location.hash.slice(2).split("/") : [""];
  const [first, second] = numbers.map(Number);
  const line = page.lines[kind === "u" ? first : second];
  let view = null;
  if (kind === "u" && line) view = showUnit(line);
  else if (kind === "i" && page.indicators[first] && numbers.length === 1) view = showTotal(first);
  else if (kind === "i" && page.indicators[first] && line && line.cells) view = showCell(first, line);
  if (view === null) {
    if (!drawer.hidden && cameFrom) cameFrom.focus({ preventScroll: true });
    drawer.hidden = true;
    document.documentElement.classList.remove("opened");
    return;
  }
  if (drawer.hidden) cameFrom = document.activeElement;
  drawer.hidden = false;
  document.documentElement.classList.add("opened");
  const path = view.path.map(([label, to]) => [element("a", { href: to }, label), " › "]);
  byId("drawer-path").replaceChildren(...path.flat());
  byId("drawer-title").textContent = view.title;
  byId("drawer-body").replaceChildren(...view.body);
  drawer.scrollTop = 0;
  drawer.focus({ preventScroll: true });
}

// Closing leaves the place on the page as it was.
function closeDrawer() {
  history.replaceState(null, "", location.pathname + location.search);
  route();
}

function start() {
  document.documentElement.classList.add("ready");
  for (const cell of document.querySelectorAll("#totals td[data-i], dd[data-i]")) {
    cell.replaceChildren(link(cell.textContent, `#/i/${cell.dataset.i}`));
  }
  const units = drawUnits();
  const problems = drawProblems();
  drawHeat(problems);
  drawMissing();
  byId("totals-list").addEventListener("toggle", () => { if (!byId("table-totals").firstChild) drawTotals(); });
  for (const item of document.querySelectorAll(".statuses li")) {
    const choose = () => { units.choose(0, item.dataset.status); byId("units").scrollIntoView(); };
    item.replaceChildren(element("button", { type: "button", click: choose }, ...item.childNodes));
  }
  byId("drawer-close").addEventListener("click", closeDrawer);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && !drawer.hidden) closeDrawer(); });
  addEventListener("hashchange", route);
  addEventListener("beforeprint", () => lists.forEach((each) => each.forPrint(true)));
  addEventListener("afterprint", () => lists.forEach((each) => each.forPrint(false)));
  route();
}

start();
