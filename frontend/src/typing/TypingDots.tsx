/** Shows three moving dots; they stand still for users who prefer reduced motion. Screen readers skip them: put a text beside them. */
export function TypingDots() {
  return (
    <span className="typing-dots" aria-hidden="true">
      <i />
      <i />
      <i />
    </span>
  )
}
