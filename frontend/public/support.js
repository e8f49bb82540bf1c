// Runs first, in the syntax that old browsers know: shows a sentence in place of a page that would break after the sign-in.
// README.md names the browsers. index.html has the sentence, and main.tsx starts nothing when it is shown.
;(function () {
  var isSupported =
    'Segmenter' in Intl &&
    'toSorted' in Array.prototype &&
    'showPopover' in HTMLElement.prototype &&
    CSS.supports('color', 'oklch(from red l c h)')
  if (isSupported) return
  document.documentElement.setAttribute('data-unsupported', '')
  document.addEventListener('DOMContentLoaded', function () {
    document.getElementById('missing-files').hidden = true
    document.getElementById('old-browser').hidden = false
  })
})()
