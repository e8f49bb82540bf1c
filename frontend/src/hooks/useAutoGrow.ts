import { useLayoutEffect, type RefObject } from 'react'

/** Lets a textarea be as high as its text, within the limits of its style sheet, in browsers that have no `field-sizing`. */
export function useAutoGrow(field: RefObject<HTMLTextAreaElement | null>, text: string): void {
  useLayoutEffect(() => {
    const element = field.current
    if (!element || CSS.supports('field-sizing', 'content')) return
    // Through the CSSOM: a style attribute would be blocked by the page's policy.
    element.style.blockSize = 'auto'
    element.style.blockSize = `${element.scrollHeight}px`
  }, [field, text])
}
