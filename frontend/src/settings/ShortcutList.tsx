import { t } from '@lingui/core/macro'

interface Shortcut {
  /** The label of each key. */
  keys: string[]
  does: string
}

/** Command takes the place of Ctrl on Apple's systems. */
const isApple = /Mac|iP(?:hone|ad)/u.test(navigator.userAgent)

const shortcuts = (): Shortcut[] => [
  { keys: [isApple ? '⌘' : t`Ctrl`, t`K`], does: t`Search chats and people` },
  { keys: [t`Alt`, '↑'], does: t`Open the conversation above` },
  { keys: [t`Alt`, '↓'], does: t`Open the conversation below` },
  { keys: [t`Enter`], does: t`Send the message` },
  { keys: [t`Shift`, t`Enter`], does: t`Start a new line` },
  { keys: ['↑'], does: t`Edit your last message, while the field is empty` },
  { keys: [t`Esc`], does: t`Stop editing; close a menu or a dialog` },
  { keys: [t`End`], does: t`Go to the newest message` },
  { keys: ['?'], does: t`Show the shortcuts` },
]

/** Lists the keyboard shortcuts of the page. */
export function ShortcutList() {
  return (
    <dl className="divide-y divide-line">
      {shortcuts().map(({ keys, does }) => (
        <div key={does} className="flex min-h-11 items-center justify-between gap-4 py-1.5">
          <dt className="text-ui">{does}</dt>
          <dd className="flex flex-none gap-1">
            {keys.map((key) => (
              <kbd
                key={key}
                className="min-w-7 rounded-selector border border-line-strong bg-base-200 px-1.5 py-1 text-center font-sans text-cap/none font-semibold"
              >
                {key}
              </kbd>
            ))}
          </dd>
        </div>
      ))}
    </dl>
  )
}
