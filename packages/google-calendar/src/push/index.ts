export { openChannel, renewChannel, stopChannel } from './push-channel.ts'
export type { OpenChannelOptions, PushChannel, RenewChannelOptions, Watched } from './push-channel.ts'
export { channelIdOf, readPushMessage } from './push-message.ts'
export type { HeaderSource, PushMessage } from './push-message.ts'
