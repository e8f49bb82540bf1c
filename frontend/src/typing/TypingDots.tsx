/** Three dots that breathe while somebody types; still where motion is unwanted. Silent: say who types beside it. */
export function TypingDots() {
  return (
    <span className="typing-dots" aria-hidden="true">
      <i />
      <i />
      <i />
    </span>
  )
}
