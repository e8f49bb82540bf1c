import { i18n } from '@lingui/core'
import type { TransProps } from '@lingui/react'
import { TransNoContext } from '@lingui/react/server'

const lingui = { i18n }

/** Shows a message that contains markup. The macro `<Trans>` compiles to this component, which needs no provider. */
export function Trans(props: TransProps) {
  return <TransNoContext {...props} lingui={lingui} />
}
