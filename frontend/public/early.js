// Runs before the first paint. A file of its own: the page's policy allows no inline script.
;(function () {
  // A chosen theme must never flash the other one. theme.store.ts writes what is read here; without a choice the style sheet
  // follows the system.
  try {
    var choice = localStorage.getItem('parley.theme')
    if (choice === 'light' || choice === 'dark') {
      document.documentElement.dataset.theme = choice
    }
  } catch {
    // Storage is forbidden: the system's theme it is.
  }
  // Most visitors are signed in. Their files load beside those of every visitor; the sign-in pages need none of them.
  // vite/firstScreen.plugin.ts writes the list.
  var files = document.getElementById('signed-in-files')
  if (files && !/^\/(?:login$|signup$|reset\/)/.test(location.pathname)) {
    document.head.appendChild(document.importNode(files.content, true))
  }
})()
