import { t } from '@lingui/core/macro'
import { useEffect, useRef, useState, type ReactNode } from 'react'

/** Rows above which a text is folded, by an estimate: a row of a wide window has about this many characters. */
const ROWS_MAX = 30
const ROW_CHARACTERS = 80

/** The texts that were unfolded, by their ids. A list takes messages out of the page and in again as it scrolls. */
const unfolded = new Set<string>()

export interface Fold {
  /** The text is taller than about a screen, so it has a button. */
  isTall: boolean
  isFolded: boolean
  toggle: () => void
  /** Takes whether the text is too tall where it is drawn. */
  measured: (isTall: boolean) => void
}

/** Folds a text that would be taller than about a screen. @param id remembers across scrolling that the text was unfolded */
export function useFold(text: string, id?: string): Fold {
  const [isOpen, setOpen] = useState(() => id !== undefined && unfolded.has(id))
  const [isDrawnTall, setDrawnTall] = useState(false)
  // Only a tall text can be unfolded.
  const tall = isOpen || isDrawnTall || isTall(text)
  return {
    measured: setDrawnTall,
    isTall: tall,
    isFolded: tall && !isOpen,
    toggle() {
      setOpen(!isOpen)
      if (id === undefined) return
      if (isOpen) unfolded.delete(id)
      else unfolded.add(id)
    },
  }
}

/** The classes of the element that holds a folded text. */
export const FOLDED = 'max-h-[min(36em,70vh)] overflow-hidden'

/** Shows a text of another user, folded when it is tall. */
export function Folded({ text, children }: { text: string; children: ReactNode }) {
  const fold = useFold(text)
  return (
    <>
      <div className={fold.isFolded ? FOLDED : undefined}>{children}</div>
      <FoldButton fold={fold} />
    </>
  )
}

/**
 * Shows a formatted text of another user, folded when it is tall. Its height depends on its headings and lists and on
 * the width, so it is measured. Show a `FoldButton` below.
 */
export function FoldedFormat({
  fold: { isTall: tall, isFolded, measured },
  children,
}: {
  fold: Fold
  children: ReactNode
}) {
  const frame = useRef<HTMLDivElement>(null)
  const content = useRef<HTMLDivElement>(null)
  const isOpen = tall && !isFolded

  useEffect(() => {
    if (isOpen || !content.current) return
    const observer = new ResizeObserver(() =>
      measured((content.current?.offsetHeight ?? 0) > (frame.current?.clientHeight ?? 0) + 1),
    )
    observer.observe(content.current)
    return () => observer.disconnect()
  }, [isOpen, measured])

  return (
    <div ref={frame} className={isOpen ? undefined : FOLDED} data-folded={isFolded || undefined}>
      <div ref={content} className="notice-text">
        {children}
      </div>
    </div>
  )
}

/** Unfolds a tall text, and folds it again. */
export function FoldButton({ fold: { isTall: shown, isFolded, toggle } }: { fold: Fold }) {
  if (!shown) return null
  return (
    <button
      type="button"
      className="min-h-8 py-1 font-semibold text-primary"
      aria-expanded={!isFolded}
      onClick={toggle}
    >
      {isFolded ? t`Show more` : t`Show less`}
    </button>
  )
}

const isTall = (text: string): boolean => textRows(text) > ROWS_MAX

/** Estimates the rows of a text, up to one more than are shown before it is folded. */
export function textRows(text: string): number {
  let rows = 1
  let lineStart = 0
  for (let at = text.indexOf('\n'); at !== -1 && rows <= ROWS_MAX; at = text.indexOf('\n', at + 1)) {
    rows += 1 + Math.floor((at - lineStart) / ROW_CHARACTERS)
    lineStart = at + 1
  }
  return Math.min(ROWS_MAX + 1, rows + Math.floor((text.length - lineStart) / ROW_CHARACTERS))
}
