/* The search box: words and titles while somebody types; a combobox with a list, after the ARIA pattern. */
this.ckan.module("khonkaencarbon-suggest", function ($) {
  "use strict";
  var PAUSE = 200; // milliseconds without a letter before we ask
  return {
    options: { address: null, found: "" },

    initialize: function () {
      $.proxyAll(this, /_on/);
      this.input = this.el.find("input")[0];
      this.list = this.el.find("[role=listbox]")[0];
      this.status = this.el.find("[role=status]")[0];
      this.input.addEventListener("input", this._onInput);
      this.input.addEventListener("keydown", this._onKey);
      this.input.addEventListener("blur", this._onBlur);
      this.list.addEventListener("mousedown", this._onMouse);
    },

    _onInput: function () {
      clearTimeout(this.timer);
      this.timer = setTimeout(this._onPause, PAUSE);
    },

    _onPause: function () {
      var typed = this.input.value;
      if (typed.trim().length < 2) {
        this._close();
        return;
      }
      fetch(this.options.address + "?q=" + encodeURIComponent(typed), { credentials: "same-origin" })
        .then(function (answer) { return answer.ok ? answer.json() : []; })
        .then(this._onOffers.bind(this, typed))
        .catch(this._onBlur);
    },

    _onOffers: function (typed, offers) {
      if (typed !== this.input.value || document.activeElement !== this.input) {
        return;
      }
      this.list.textContent = "";
      offers.forEach(function (offer, at) {
        var line = document.createElement("li");
        line.id = "kk-suggestion-" + at;
        line.setAttribute("role", "option");
        line.setAttribute("aria-selected", "false");
        line.dataset.address = offer.address;
        line.textContent = offer.text;
        var kind = document.createElement("small");
        kind.textContent = offer.kind;
        line.appendChild(kind);
        this.list.appendChild(line);
      }, this);
      this.chosen = -1;
      this.list.hidden = !offers.length;
      this.input.setAttribute("aria-expanded", String(offers.length > 0));
      this.input.removeAttribute("aria-activedescendant");
      this.status.textContent = this.options.found.replace("{n}", offers.length);
    },

    _onKey: function (event) {
      var lines = this.list.children;
      if (event.key === "Escape") {
        this._close();
      } else if (!this.list.hidden && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
        event.preventDefault();
        var step = event.key === "ArrowDown" ? 1 : -1;
        this._choose((this.chosen + step + lines.length + (this.chosen < 0 && step < 0 ? 1 : 0)) % lines.length);
      } else if (event.key === "Enter" && !this.list.hidden && this.chosen >= 0) {
        event.preventDefault();
        window.location.assign(lines[this.chosen].dataset.address);
      }
    },

    _choose: function (at) {
      Array.prototype.forEach.call(this.list.children, function (line, number) {
        line.setAttribute("aria-selected", String(number === at));
      });
      this.chosen = at;
      this.input.setAttribute("aria-activedescendant", this.list.children[at].id);
      this.list.children[at].scrollIntoView({ block: "nearest" });
    },

    _onMouse: function (event) {
      var line = event.target.closest("[role=option]");
      if (line) {
        event.preventDefault();
        window.location.assign(line.dataset.address);
      }
    },

    _onBlur: function () {
      this._close();
    },

    _close: function () {
      clearTimeout(this.timer);
      this.list.hidden = true;
      this.chosen = -1;
      this.input.setAttribute("aria-expanded", "false");
      this.input.removeAttribute("aria-activedescendant");
    }
  };
});
