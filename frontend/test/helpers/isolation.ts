/**
 * Returns the texts from right to left that are shown in no direction of their own: they would move the words around them.
 * Texts that are only read aloud do not count.
 */
export function looseTexts(root: Element = document.body): string[] {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT)
  const loose: string[] = []
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement
    const isRightToLeft = /[\p{Script=Arabic}\p{Script=Hebrew}]/u.test(node.textContent ?? '')
    if (isRightToLeft && !parent?.closest('bdi, [dir], .sr-only, [aria-hidden="true"], textarea, style, option'))
      loose.push(node.textContent ?? '')
  }
  return loose
}
