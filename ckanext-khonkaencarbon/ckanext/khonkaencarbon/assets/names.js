/* Names for screen readers of what core's scripts add to a page: a selector and a name in an attribute each. */
(function () {
  "use strict";
  var name = function () {
    document.querySelectorAll("[data-kk-names]").forEach(function (told) {
      document.querySelectorAll(told.dataset.kkNames).forEach(function (one) {
        if (!one.hasAttribute("aria-label")) one.setAttribute("aria-label", told.dataset.kkName);
      });
    });
  };
  new MutationObserver(name).observe(document.body, { childList: true, subtree: true });
  name();
})();
