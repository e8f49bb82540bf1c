/**
 * The header by which a client names one action of its user: the same for each repeat of the request, new for the next action
 * (draft-ietf-httpapi-idempotency-key-header). Its value is a text in quotation marks, such as a UUID.
 */
export const IDEMPOTENCY_HEADER = 'Idempotency-Key'
