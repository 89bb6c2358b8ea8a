
"use strict";

// Elements. Whatever comes from a submission goes in as text: there is no other way here.
function element(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name === "click") node.addEventListener("click", value);
    else if (value !== null && value !== false) node.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children.flat(Infinity)) {
    if (child instanceof Node) node.append(child);
    else if (child !== null && child !== undefined && child !== "") node.append(document.createTextNode(String(child)));
  }
  return node;
}

const byId = (id) => document.getElementById(id);
const collator = new Intl.Collator("zh-CN", { numeric: true });

// A table that sorts by a click on a heading, filters by words and choices, and draws its rows as they are asked for.
//   columns: { label, small?, of(row) -> text, show?(row, text) -> node, className?(row) -> class, number?, style? }
//   choices: { label, of(row) -> text }
class List {
  constructor(host, { columns, rows, choices = [], step = 100, name, nothing = "没有" }) {
    Object.assign(this, { columns, rows, choices, step, nothing });
    this.sorted = { column: null, down: false };
    this.words = "";
    this.chosen = choices.map(() => "");
    this.only = null;
    this.shown = step;
    this.texts = new Map();
    host.classList.add("list");
    this.body = element("tbody");
    this.heads = columns.map((column, at) => this.heading(column, at));
    this.tally = element("span", { class: "tally", role: "status" });
    this.chip = element("button", { type: "button", hidden: true, click: () => this.filterBy(null) });
    this.more = element("div", { class: "more" });
    this.printNote = element("p", { class: "print-note" });
    const table = element("table", {}, element("thead", {}, element("tr", {}, this.heads)), this.body);
    this.scroll = element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": name }, table);
    this.wide = element("p", { class: "wide", hidden: true }, "表格比窗口宽，右边还有列：在表上左右滚动（或按住 Shift 滚动）→");
    host.replaceChildren(this.filters(name), this.wide, this.scroll, this.more, this.printNote);
    this.draw();
    new ResizeObserver(() => this.sayWide()).observe(this.scroll);
  }

  heading(column, at) {
    const sort = () => {
      const { column: old, down } = this.sorted;
      const first = column.number === true;
      this.sorted = old !== at ? { column: at, down: first } : down === first ? { column: at, down: !first } : { column: null };
      this.draw();
    };
    const small = column.small ? element("small", {}, column.small) : null;
    const button = element("button", { type: "button", click: sort }, column.label);
    const names = { scope: "col", class: column.number ? "number" : column.style || null, title: column.hint || null, "data-label": column.label };
    return element("th", names, button, small);
  }

  // A column that does not fit the window is said to be there.
  sayWide() {
    this.wide.hidden = this.scroll.scrollWidth <= this.scroll.clientWidth + 1;
  }

  filters(name) {
    const typed = (event) => { this.words = event.target.value.trim().toLowerCase(); this.restart(); };
    this.search = element("input", { type: "search", placeholder: "筛选：输入文字", "aria-label": `在${name}中筛选` });
    this.search.addEventListener("input", typed);
    const pickers = this.choices.map((choice, at) => {
      const found = [...new Set(this.rows.map(choice.of))].filter((text) => text !== "");
      const select = element("select", {}, element("option", { value: "" }, "全部"), found.map((text) => element("option", { value: text }, text)));
      select.addEventListener("change", () => { this.chosen[at] = select.value; this.restart(); });
      choice.select = select;
      return element("label", {}, `${choice.label} `, select);
    });
    return element("div", { class: "filters" }, this.search, pickers, this.chip, this.tally);
  }

  // Shows only the rows of a test, named on a button that takes it away again.
  filterBy(only) {
    this.only = only;
    this.chip.hidden = only === null;
    this.chip.textContent = only ? `只看 ${only.label} ✕` : "";
    this.restart();
  }

  choose(at, value) {
    this.chosen[at] = value;
    this.choices[at].select.value = value;
    this.restart();
  }

  restart() {
    this.shown = this.step;
    this.draw();
  }

  textOf(row) {
    if (!this.texts.has(row)) this.texts.set(row, this.columns.map((column) => column.of(row)).join("\n").toLowerCase());
    return this.texts.get(row);
  }

  wanted() {
    const words = this.words.split(/\s+/).filter(Boolean);
    const fits = (row) => (this.only === null || this.only.test(row))
      && this.choices.every((choice, at) => this.chosen[at] === "" || choice.of(row) === this.chosen[at])
      && words.every((word) => this.textOf(row).includes(word));
    const rows = this.rows.filter(fits);
    const { column, down } = this.sorted;
    if (column === null) return rows;
    const { of, number } = this.columns[column];
    // What is empty comes last either way.
    return rows.map((row) => ({ row, key: of(row) })).sort((a, b) => {
      if (a.key === "" || b.key === "") return (a.key === "") - (b.key === "");
      const order = number ? Number(a.key) - Number(b.key) : collator.compare(a.key, b.key);
      return down ? -order : order;
    }).map(({ row }) => row);
  }

  draw() {
    const rows = this.wanted();
    const some = rows.slice(0, this.shown);
    const empty = element("tr", {}, element("td", { colspan: this.columns.length, class: "nothing" }, this.nothing));
    this.body.replaceChildren(...(some.length ? some.map((row) => this.row(row)) : [empty]));
    this.heads.forEach((head, at) => {
      const order = this.sorted.column === at ? (this.sorted.down ? "descending" : "ascending") : "none";
      head.setAttribute("aria-sort", order);
    });
    this.sayWide();
    this.tally.textContent = rows.length === this.rows.length ? `共 ${rows.length} 行` : `${rows.length} 行，共 ${this.rows.length} 行`;
    const rest = rows.length - some.length;
    const grow = (by) => () => { this.shown += by; this.draw(); };
    this.more.replaceChildren(...(rest > 0 ? [
      `还有 ${rest} 行 `,
      element("button", { type: "button", click: grow(this.step * 3) }, "再显示一些"),
      element("button", { type: "button", click: grow(rest) }, "全部显示"),
    ] : []));
    this.printNote.textContent = rest > 0 ? `打印时只列前 ${some.length} 行，另有 ${rest} 行，见同一文件夹里的 CSV 文件。` : "";
  }

  row(row) {
    return element("tr", {}, this.columns.map((column) => {
      const text = column.of(row);
      const extra = column.className ? column.className(row) : "";
      const names = [column.number ? "number" : "", column.style || "", extra || ""].filter(Boolean).join(" ");
      return element("td", { class: names || null }, column.show ? column.show(row, text) : text);
    }));
  }

  // Paper has no button to ask for more, and nobody prints tens of thousands of rows.
  forPrint(printing) {
    if (printing) {
      this.before = this.shown;
      this.shown = Math.max(this.shown, 2000);
    } else if (this.before !== undefined) {
      this.shown = this.before;
    }
    if (this.rows.length > this.step) this.draw();
  }
}
