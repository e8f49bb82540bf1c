import { useLayoutEffect, useRef, type RefObject } from 'react'

/**
 * Lets the textarea of the returned ref be as high as its text, within the limits of its style sheet, in browsers that have no
 * `field-sizing`.
 */
export function useAutoGrow(): RefObject<HTMLTextAreaElement | null> {
  const field = useRef<HTMLTextAreaElement>(null)
  // After every rendering: whatever changes the text renders.
  useLayoutEffect(() => {
    if (!field.current || CSS.supports('field-sizing', 'content')) return
    // Through the CSSOM: a style attribute would be blocked by the page's policy.
    field.current.style.blockSize = 'auto'
    field.current.style.blockSize = `${field.current.scrollHeight}px`
  })
  return field
}
