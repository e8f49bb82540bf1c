/** Shows three moving dots; they stand still for users who prefer reduced motion. Screen readers skip them: put a text beside them. */
export function TypingDots() {
  return (
    <span className="typing-dots inline-flex items-center gap-[3px] text-primary" aria-hidden="true">
      <i className={DOT} />
      <i className={`${DOT} [animation-delay:0.15s]`} />
      <i className={`${DOT} [animation-delay:0.3s]`} />
    </span>
  )
}

const DOT = 'size-[5px] animate-typing rounded-full bg-current'
