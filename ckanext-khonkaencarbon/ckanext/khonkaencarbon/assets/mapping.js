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
      if (this.file.files.length && /^mapping-(era|header_row|encoding)$/.test(event.target.name)) {
        this._ask();
      }
    },

    _ask: function () {
      var sent = new FormData();
      var field = $("meta[name=csrf_field_name]").attr("content");
      ["era", "header_row", "encoding"].forEach(function (name) {
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
    },

    _onFailure: function () {
      this.failed.hidden = false;
    },
  };
});
