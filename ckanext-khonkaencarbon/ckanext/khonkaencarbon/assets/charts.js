/* Draws a chart above each table that asks for one, from the table's own cells; without it the tables stand alone.
   The table stays: it is what a screen reader reads and where the keyboard finds the links. */
(function () {
  "use strict";
  var COLOURS = ["#0f6068", "#d08700", "#4b7bb5", "#a3527f", "#6b8e23", "#8a5a2b", "#5d6d7e"];
  var NARROW = 480; // pixels

  // Lines of whole words: a break never falls inside a Thai cluster, and nothing is cut off.
  function wrapped(text, longest) {
    if (!window.Intl || !Intl.Segmenter) { return text; }
    var words = Array.from(new Intl.Segmenter(document.documentElement.lang, { granularity: "word" }).segment(text));
    var width = function (line) { return line.replace(/[\u0E31\u0E34-\u0E3A\u0E47-\u0E4E]/g, "").length; };
    return words.reduce(function (lines, word) {
      var last = lines[lines.length - 1];
      if (last && width(last + word.segment.trimEnd()) > longest) { return lines.concat(word.segment.trimStart()); }
      return lines.slice(0, -1).concat((last || "") + word.segment);
    }, [""]).join("\n");
  }

  function rowsOf(table) {
    return Array.from(table.querySelectorAll("tbody tr[data-kk-value]")).map(function (row) {
      var head = row.querySelector("th"), link = head.querySelector("a");
      return {
        label: (link || head.firstChild).textContent.trim(),
        value: Number(row.dataset.kkValue) / 1000,
        said: row.querySelector(".kk-number").textContent.trim(),
        partial: "kkInPart" in row.dataset,
        child: row.classList.contains("kk-child"),
        href: link ? link.href : "",
      };
    });
  }

  function datum(row, colour, words) {
    var style = { color: colour };
    if (row.partial) {
      style = { color: "#fff", borderColor: colour, borderWidth: 2, borderType: "dashed" };
    }
    var name = row.label + (row.partial ? " (" + words.partial + ")" : "");
    return { value: row.value, itemStyle: style, row: row, name: name };
  }

  // One series for bars; one for each place in the stack where rows have parts.
  function seriesOf(rows, words) {
    var tops = rows.filter(function (row) { return !row.child; });
    var parts = tops.map(function () { return []; });
    var at = -1;
    rows.forEach(function (row) { if (row.child) { parts[at].push(row); } else { at += 1; } });
    var depth = Math.max.apply(null, parts.map(function (each) { return each.length; }).concat(0));
    if (!depth) { return [tops.map(function (row) { return datum(row, COLOURS[0], words); })]; }
    return Array.from({ length: depth }, function (_, level) {
      return tops.map(function (row, place) {
        var part = parts[place][level] || (level === 0 && !parts[place].length ? row : null);
        return part ? datum(part, COLOURS[level % COLOURS.length], words) : null;
      });
    });
  }

  function options(table, rows, width) {
    var words = { unit: table.dataset.kkUnit, partial: table.dataset.kkPartial };
    var upright = table.dataset.kkChart === "trend";
    var labels = rows.filter(function (row) { return !row.child; }).map(function (row) { return row.label; });
    var stacks = seriesOf(rows, words);
    var longest = width < NARROW ? 15 : 30;
    var names = {
      type: "category", data: labels, inverse: !upright, axisTick: { show: false },
      axisLabel: { color: "#1b2b2d", lineHeight: 20, interval: upright ? "auto" : 0, hideOverlap: upright,
        formatter: function (label) { return upright ? label : wrapped(label, longest); } },
    };
    var amounts = {
      type: "value", splitNumber: 3, axisLabel: { color: "#4c5d60", hideOverlap: true }, splitLine: { lineStyle: { color: "#cfdcdb" } },
    };
    return {
      animation: !window.matchMedia("(prefers-reduced-motion: reduce)").matches,
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 14 },
      grid: { left: 8, right: upright ? 8 : 84, top: upright ? 32 : 8, bottom: 8, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
      aria: { enabled: false, decal: { show: stacks.length > 1 } },
      tooltip: { trigger: "item", renderMode: "richText", confine: true, formatter: function (one) {
        return wrapped(one.data.name, 24) + "\n" + one.data.row.said + " " + words.unit; } },
      xAxis: upright ? names : amounts,
      yAxis: upright ? amounts : names,
      series: stacks.map(function (data) {
        return {
          type: "bar", stack: stacks.length > 1 ? "all" : undefined, data: data, barMaxWidth: 44, cursor: "pointer",
          label: { show: stacks.length === 1, position: upright ? "top" : "right", color: "#1b2b2d",
            formatter: function (one) { return one.data.row.said; } },
          labelLayout: { hideOverlap: true },
        };
      }),
    };
  }

  function draw(table) {
    var rows = rowsOf(table);
    if (!rows.length) { return; }
    var box = document.createElement("div"), place = document.createElement("div");
    box.className = "kk-chart-box";
    place.className = "kk-chart";
    place.setAttribute("aria-hidden", "true"); // the table below says the same
    table.parentNode.insertBefore(box, table);
    box.append(place, table);
    var tops = rows.filter(function (row) { return !row.child; }).length;
    place.style.height = (table.dataset.kkChart === "trend" ? 260 : 48 + 64 * tops) + "px";
    var chart = window.khonkaencarbonCharts.init(place, null, { renderer: "svg" });
    var fit = function () {
      chart.resize();
      chart.setOption(options(table, rows, place.clientWidth), true);
    };
    fit();
    new ResizeObserver(fit).observe(place);
    chart.on("click", function (one) {
      if (one.data.row.href) { window.location.assign(one.data.row.href); }
    });
    table.classList.add("kk-charted");
  }

  document.addEventListener("DOMContentLoaded", function () {
    if (!window.khonkaencarbonCharts) { return; }
    document.fonts.ready.then(function () {
      document.querySelectorAll("table[data-kk-chart]").forEach(draw);
    });
  });
})();
