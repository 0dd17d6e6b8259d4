/* The rows of notation keys: one more at a button, one less at another. Without a script there are empty rows. */
this.ckan.module("khonkaencarbon-notation", function ($) {
  "use strict";
  return {
    options: { removed: "" },

    initialize: function () {
      $.proxyAll(this, /_on/);
      this.rows = this.el.find(".kk-notation-rows")[0];
      this.template = this.el.find("template")[0];
      this.status = this.el.find("[role=status]")[0];
      this.add = this.el.find("[data-kk-add]")[0];
      this.next = this.rows.children.length;
      this.add.hidden = false;
      this.add.addEventListener("click", this._onAdd);
      this.rows.addEventListener("click", this._onRemove);
      Array.prototype.forEach.call(this.rows.children, this._onRow);
    },

    _onRow: function (row) {
      row.querySelector("[data-kk-remove]").hidden = false;
      row.querySelector(".kk-notation-remove label").hidden = true;
    },

    _onAdd: function () {
      var made = document.createElement("div");
      made.innerHTML = this.template.innerHTML
        .split("KK-INDEX").join(String(this.next))
        .split("KK-NUMBER").join(String(this.next + 1));
      this.next += 1;
      var row = made.firstElementChild;
      this.rows.appendChild(row);
      this._onRow(row);
      row.querySelector("select").focus();
    },

    _onRemove: function (event) {
      var button = event.target.closest("[data-kk-remove]");
      if (!button) {
        return;
      }
      var row = button.closest("fieldset");
      var near = row.nextElementSibling || row.previousElementSibling;
      row.remove();
      (near ? near.querySelector("select") : this.add).focus();
      this.status.textContent = this.options.removed;
    }
  };
});
