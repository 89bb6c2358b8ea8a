"use strict";
(function () {
  const data = JSON.parse(document.getElementById("data").textContent);
  const byId = (id) => document.getElementById(id);
  const state = { body: 0, year: data.year, indicator: data.first, sort: null, down: true };
  const editions = new Map();
  data.editions.forEach((edition) => {
    const key = edition.b + "/" + data.years[edition.y];
    if (!editions.has(key)) { editions.set(key, edition); }
  });
  const children = data.bodies.map(() => []);
  data.bodies.forEach((body, at) => { if (body.p !== null) { children[body.p].push(at); } });

  function element(tag, text, attributes) {
    const made = document.createElement(tag);
    if (text !== undefined && text !== null) { made.textContent = text; }
    Object.entries(attributes || {}).forEach(([name, value]) => made.setAttribute(name, value));
    return made;
  }

  function button(text, act) {
    const made = element("button", text, { type: "button" });
    made.addEventListener("click", act);
    return made;
  }

  function edition(body, year) { return editions.get(body + "/" + year); }

  function form(of) { return data.forms[of.f]; }

  // A figure as text: exact, as it was written. Empty where no unit has a number, undefined where it is not on the page.
  function figure(of, indicator) {
    if (!of) { return undefined; }
    const at = form(of).index.get(indicator);
    if (at === undefined) { return undefined; }
    if (of.v !== undefined) {
      if (!of.list) { of.list = of.v.split(","); }
      return of.list[at];
    }
    if (!of.list) { of.list = of.m.split(","); }
    const main = form(of).main.indexOf(at);
    return main < 0 ? undefined : of.list[main];
  }

  data.forms.forEach((known) => {
    known.index = new Map(known.indicators.map((indicator, at) => [indicator[0], at]));
  });

  function shown(value) { return value === undefined || value === "" ? "—" : value; }

  function number(value) { return value === undefined || value === "" || value === null ? null : Number(value); }

  // The difference of two figures with as many decimals as they have.
  function difference(now, then) {
    if (number(now) === null || number(then) === null) { return ""; }
    const decimals = (text) => (text.split(".")[1] || "").length;
    const places = Math.max(decimals(now), decimals(then));
    const by = (number(now) - number(then)).toFixed(places);
    return Number(by) > 0 ? "+" + by : by;
  }

  function share(of) {
    if (!of || !of.c[2]) { return ""; }
    return (100 * of.c[3] / of.c[2]).toFixed(2) + "%";
  }

  function open(body) {
    state.body = body;
    remember();
    show();
    byId("path").scrollIntoView({ block: "nearest" });
  }

  function remember() {
    const place = "#" + [state.body, state.year, state.indicator].join("/");
    if (location.hash !== place) { history.pushState(null, "", place); }
  }

  function recall() {
    const [body, year, indicator] = decodeURIComponent(location.hash.slice(1)).split("/");
    if (data.bodies[Number(body)]) { state.body = Number(body); }
    if (data.years.includes(Number(year))) { state.year = Number(year); }
    if (indicator) { state.indicator = indicator; }
  }

  function showPath() {
    const path = byId("path");
    path.replaceChildren();
    const chain = [];
    for (let at = state.body; at !== null; at = data.bodies[at].p) { chain.unshift(at); }
    chain.forEach((at, place) => {
      if (place > 0) { path.append(" › "); }
      path.append(at === state.body ? element("strong", data.bodies[at].n) : button(data.bodies[at].n, () => open(at)));
    });
  }

  function title(of, indicator) {
    const at = form(of).index.get(indicator);
    return at === undefined ? indicator : form(of).indicators[at][1];
  }

  function showOwn() {
    const own = byId("own");
    own.replaceChildren();
    const of = edition(state.body, state.year);
    if (!of) {
      own.append(element("p", state.year + "年度没有这个地区的结果。", { class: "note" }));
      return;
    }
    own.append(element("p", data.bodies[state.body].n + " " + state.year + "年度 " + title(of, state.indicator)));
    const value = figure(of, state.indicator);
    own.append(element("p", value === undefined ? "本页未收入此数，见 data/totals.csv" : shown(value), { class: "figure", id: "value" }));
    const [expected, received, counted, flagged, left, outputs] = of.c;
    if (outputs === 0) {
      own.append(element("p", "没有可以计入的结果" + (left ? "；未计入的结果 " + left + " 份" : "") + "。", { class: "note" }));
      return;
    }
    own.append(element("p", (expected === null ? "没有名册，应报单位不明" : "应报 " + expected + " 个单位") + "，收到 " + received + " 个，计入 " + counted + " 份，其中必改 " +
      flagged + " 份" + (left ? "；未计入的结果 " + left + " 份" : ""), { class: "note" }));
    if (of.p) {
      own.append(element("a", "打开这个地区自己的页面（到单位、到单元格）", { href: of.p }));
    }
    own.append(trend());
  }

  // A line over the years; the years are named where the form does not have the indicator.
  function trend() {
    const box = element("div");
    const points = data.years.map((year) => {
      const of = edition(state.body, year);
      return { year: year, of: of, value: figure(of, state.indicator) };
    });
    if (points.length < 2) { return box; }
    const there = points.filter((point) => number(point.value) !== null);
    const missing = points.filter((point) => point.of && form(point.of).index.get(state.indicator) === undefined);
    if (there.length > 1) { box.append(line(points)); }
    const rows = element("table");
    const head = element("tr");
    head.append(element("th", "年度"));
    points.forEach((point) => head.append(element("th", String(point.year))));
    const body = element("tr");
    body.append(element("td", "数字"));
    points.forEach((point) => body.append(element("td", shown(point.value))));
    rows.append(head, body);
    const wide = element("div", null, { class: "wide" });
    wide.append(rows);
    box.append(wide);
    if (missing.length > 0) {
      const years = missing.map((point) => point.year).join("、");
      box.append(element("p", years + "年度所用的表式没有这一项，前后不能比较。", { class: "note" }));
    }
    const given = points.filter((point) => point.of);
    if (new Set(given.map((point) => point.of.c[5])).size > 1) {
      const outputs = given.map((point) => point.year + "年度" + point.of.c[5] + "份").join("，");
      box.append(element("p", "各年度的结果份数不同（" + outputs + "），合计不能直接比较。", { class: "note" }));
    } else if (new Set(given.map((point) => point.of.c[2])).size > 1) {
      const reports = given.map((point) => point.year + "年度" + point.of.c[2] + "份").join("，");
      box.append(element("p", "各年度计入的报告份数不同（" + reports + "）。", { class: "note" }));
    }
    return box;
  }

  function line(points) {
    const space = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(space, "svg");
    svg.setAttribute("viewBox", "0 0 360 90");
    svg.setAttribute("width", "360");
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", "历年变化");
    const values = points.map((point) => number(point.value));
    const known = values.filter((value) => value !== null);
    const [low, high] = [Math.min(0, ...known), Math.max(...known)];
    const x = (at) => 20 + at * 320 / Math.max(1, points.length - 1);
    const y = (value) => 75 - (high === low ? 0 : (value - low) * 62 / (high - low));
    let path = "";
    values.forEach((value, at) => {
      if (value === null) { path += " "; return; }
      const begins = at === 0 || values[at - 1] === null;
      path += (begins ? "M" : "L") + x(at).toFixed(1) + "," + y(value).toFixed(1);
    });
    const drawn = document.createElementNS(space, "path");
    drawn.setAttribute("d", path.trim());
    drawn.setAttribute("fill", "none");
    drawn.setAttribute("stroke", "#1f5fa8");
    drawn.setAttribute("stroke-width", "2");
    svg.append(drawn);
    values.forEach((value, at) => {
      if (value === null) { return; }
      const dot = document.createElementNS(space, "circle");
      dot.setAttribute("cx", x(at)); dot.setAttribute("cy", y(value)); dot.setAttribute("r", "3");
      dot.setAttribute("fill", "#1f5fa8");
      svg.append(dot);
    });
    return svg;
  }

  const COLUMNS = ["地区", "数字", "上年", "增减", "应报单位", "收到", "计入", "必改", "必改占比", "页面"];

  function cells(at) {
    const [of, last] = [edition(at, state.year), edition(at, state.year - 1)];
    const [now, then] = [figure(of, state.indicator), figure(last, state.indicator)];
    const c = (of ? of.c : ["", "", "", "", ""]).map((count) => count === null ? "—" : count);
    return [data.bodies[at].n, now, then, difference(now || "", then || ""), c[0], c[1], c[2], c[3], share(of), of ? of.p : ""];
  }

  function showParts() {
    const table = byId("parts");
    table.replaceChildren();
    const parts = children[state.body].filter((at) => edition(at, state.year));
    byId("parts-title").textContent = parts.length > 0 ? "下级地区（" + parts.length + "个）" : "没有下级地区";
    if (parts.length === 0) { return; }
    const head = element("thead");
    const row = element("tr");
    COLUMNS.forEach((name, at) => {
      const mark = state.sort === at ? (state.down ? " ▼" : " ▲") : "";
      const cell = element("th", name + mark, { scope: "col", tabindex: "0" });
      const sort = () => { state.down = state.sort === at ? !state.down : true; state.sort = at; showParts(); };
      cell.addEventListener("click", sort);
      cell.addEventListener("keydown", (event) => { if (event.key === "Enter") { sort(); } });
      row.append(cell);
    });
    head.append(row);
    const body = element("tbody");
    const wanted = byId("filter").value.trim();
    const rows = parts.map((at) => ({ at: at, cells: cells(at) })).filter((part) => part.cells[0].includes(wanted));
    if (state.sort !== null) { rows.sort(order); }
    rows.forEach((part) => body.append(partRow(part)));
    table.append(head, body);
  }

  function order(a, b) {
    const [left, right] = [a.cells[state.sort], b.cells[state.sort]];
    const [x, y] = [parseFloat(left), parseFloat(right)];
    const by = isNaN(x) || isNaN(y) ? (isNaN(x) ? (isNaN(y) ? String(left).localeCompare(String(right), "zh") : -1) : 1) : x - y;
    return state.down ? -by : by;
  }

  function partRow(part) {
    const row = element("tr");
    part.cells.forEach((value, at) => {
      const cell = element("td");
      if (at === 0) {
        cell.append(button(value, () => open(part.at)));
      } else if (at === COLUMNS.length - 1) {
        if (value) { cell.append(element("a", "打开", { href: value })); }
      } else {
        cell.textContent = at < 3 ? shown(value) : String(value);
      }
      row.append(cell);
    });
    return row;
  }

  function showFigures() {
    const section = byId("figures");
    section.replaceChildren(element("h2", "全部指标"));
    const of = edition(state.body, state.year);
    if (!of) { return; }
    const known = form(of);
    known.tables.forEach((name, table) => {
      const box = element("details");
      box.append(element("summary", name));
      const rows = element("table");
      known.indicators.forEach((indicator, at) => {
        if (indicator[2] !== table) { return; }
        const value = figure(of, indicator[0]);
        if (value === undefined) { return; }
        const row = element("tr", null, indicator[0] === state.indicator ? { class: "chosen" } : {});
        const label = element("td");
        label.append(button(indicator[1], () => choose(indicator[0])));
        row.append(label, element("td", shown(value)));
        rows.append(row);
      });
      box.append(rows);
      box.open = known.indicators[known.index.get(state.indicator) || 0][2] === table;
      section.append(box);
    });
  }

  function choose(indicator) {
    state.indicator = indicator;
    remember();
    show();
    byId("own").scrollIntoView({ block: "nearest" });
  }

  function fillChoices() {
    const years = byId("year");
    data.years.forEach((year) => years.append(element("option", String(year), { value: year })));
    years.addEventListener("change", () => { state.year = Number(years.value); remember(); show(); });
    const list = byId("indicator");
    const known = data.forms[data.forms.length - 1];
    known.tables.forEach((name, table) => {
      const group = element("optgroup", null, { label: name });
      known.indicators.filter((indicator) => indicator[2] === table)
        .forEach((indicator) => group.append(element("option", indicator[1], { value: indicator[0] })));
      list.append(group);
    });
    data.forms.slice(0, -1).forEach((old) => {
      const group = element("optgroup", null, { label: "以前的表式 " + old.id });
      old.indicators.filter((indicator) => !known.index.has(indicator[0]))
        .forEach((indicator) => group.append(element("option", indicator[1], { value: indicator[0] })));
      if (group.children.length > 0) { list.append(group); }
    });
    list.addEventListener("change", () => choose(list.value));
    byId("filter").addEventListener("input", showParts);
    byId("choice").addEventListener("submit", (event) => event.preventDefault());
  }

  function show() {
    byId("year").value = String(state.year);
    byId("indicator").value = state.indicator;
    showPath();
    showOwn();
    showParts();
    showFigures();
  }

  fillChoices();
  recall();
  window.addEventListener("popstate", () => { recall(); show(); });
  show();
}());
