// Runs before the first paint, so that a chosen theme never flashes the other one. A file of its own: the page's policy allows
// no inline script. theme.store.ts writes what is read here; without a choice the style sheet follows the system.
;(function () {
  try {
    var choice = localStorage.getItem('parley.theme')
    if (choice === 'light' || choice === 'dark') {
      document.documentElement.dataset.theme = choice
    }
  } catch {
    // Storage is forbidden: the system's theme it is.
  }
})()
