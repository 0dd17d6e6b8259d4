/* The resource form: show the columns of a file as soon as it is chosen. Only its beginning is sent. */
this.ckan.module("khonkaencarbon-mapping", function ($) {
  "use strict";
  var HEAD_BYTES = 256 * 1024;
  return {
    options: { address: null },

    initialize: function () {
      $.proxyAll(this, /_on/);
      this.form = this.el.closest("form")[0];
      this.body = this.el.find(".kk-mapping-body")[0];
      this.failed = this.el.find(".kk-mapping-failed")[0];
      this.file = this.form.querySelector("input[type=file]");
      this.role = this.form.querySelector("[name=carbon_role]");
      this.file.addEventListener("change", this._onFile);
      this.body.addEventListener("change", this._onOption);
      this.body.addEventListener("change", this._onActivity);
      this._onActivity();
      if (this.role) {
        this.role.addEventListener("change", this._onRole);
        this._onRole();
      }
    },

    _onRole: function () {
      this.el[0].hidden = this.role.value !== "input";
    },

    _onFile: function () {
      var name = this.form.querySelector("[name=name]");
      if (!this.file.files.length) {
        return;
      }
      if (name && (!name.value || name.dataset.taken)) {
        name.value = this.file.files[0].name;
        name.dataset.taken = "true";
      }
      this._ask();
    },

    _onOption: function (event) {
      if (this.file.files.length && /^mapping-(era|header_row|encoding|sheet)$/.test(event.target.name)) {
        this._ask();
      }
    },

    /* Of an activity that is the same for every row: only its own units and parameters. */
    _onActivity: function () {
      var select = this.body.querySelector("[name=mapping-activity-constant]");
      var column = this.body.querySelector("[name=mapping-activity-column]");
      var chosen = select && !(column && column.value) ? select.selectedOptions[0] : null;
      var code = chosen ? chosen.value : "";
      var parameters = code ? (chosen.dataset.parameters || "").split(" ") : null;
      var dimensions = code && chosen.dataset.dimensions ? chosen.dataset.dimensions.split(" ") : null;
      var shown = 0;
      this.body.querySelectorAll("[data-parameter]").forEach(function (one) {
        var given = Array.prototype.some.call(one.querySelectorAll("select, input"), function (field) {
          return field.value;
        });
        one.hidden = Boolean(parameters) && !given && parameters.indexOf(one.dataset.parameter) < 0;
        shown += one.hidden ? 0 : 1;
      });
      this.body.querySelectorAll(".kk-no-parameters").forEach(function (one) {
        one.hidden = shown > 0;
      });
      this.body.querySelectorAll("[name=mapping-unit-constant] option[data-dimensions]").forEach(function (one) {
        var fits = !dimensions || one.dataset.dimensions.split(" ").some(function (dimension) {
          return dimensions.indexOf(dimension) >= 0;
        });
        one.hidden = one.disabled = !fits && !one.selected;
      });
      this.body.querySelectorAll("[name=mapping-unit-constant] optgroup").forEach(function (one) {
        one.hidden = !one.querySelector("option:not([hidden])");
      });
    },

    _ask: function () {
      var sent = new FormData();
      var field = $("meta[name=csrf_field_name]").attr("content");
      ["era", "header_row", "encoding", "sheet"].forEach(function (name) {
        var given = this.body.querySelector("[name=mapping-" + name + "]");
        sent.append(name, given ? given.value : "");
      }, this);
      sent.append("head", this.file.files[0].slice(0, HEAD_BYTES), "head");
      fetch(this.options.address, {
        method: "POST",
        body: sent,
        credentials: "same-origin",
        headers: { "X-CSRFToken": $("meta[name=" + field + "]").attr("content") },
      })
        .then(function (answer) {
          return answer.ok ? answer.text() : Promise.reject(answer.status);
        })
        .then(this._onAnswer, this._onFailure);
    },

    _onAnswer: function (html) {
      this.body.innerHTML = html;
      this.failed.hidden = true;
      this._onActivity();
    },

    _onFailure: function () {
      this.failed.hidden = false;
    },
  };
});
