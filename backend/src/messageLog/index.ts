export { createMessageLog, type MessageLog } from './messageLog.service.ts'
