const BARS = 56

/** Shows loudness over time as bars, the played ones in petrol; a line when the loudness is unknown. */
export function Waveform({ values, played }: { values: readonly number[] | null; played: number }) {
  if (!values || values.length === 0) {
    return (
      <svg className="waveform" viewBox="0 0 100 24" preserveAspectRatio="none" aria-hidden="true">
        <rect x="0" y="10.5" width="100" height="3" className="waveform-rest" />
        <rect x="0" y="10.5" width={Math.min(100, played * 100)} height="3" className="waveform-played" />
      </svg>
    )
  }
  return (
    <svg className="waveform" viewBox={`0 0 ${BARS * 4} 24`} preserveAspectRatio="none" aria-hidden="true">
      {Array.from({ length: BARS }, (_, index) => {
        const height = 3 + (21 * (values[Math.floor((index * values.length) / BARS)] ?? 0)) / 100
        // oxlint-disable-next-line react/no-array-index-key -- bars have no other key
        return (
          <rect
            key={index}
            x={index * 4}
            y={(24 - height) / 2}
            width="2"
            height={height}
            rx="1"
            className={(index + 0.5) / BARS <= played ? 'waveform-played' : 'waveform-rest'}
          />
        )
      })}
    </svg>
  )
}
