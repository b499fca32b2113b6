/** The contract between a host page and the chat. See docs/integration.md. */

interface HaloChatConfig {
  /** Address of the API, for example "https://chat.example.com/api". */
  chatServiceUrl: string;
  /** The chat profile's id. */
  configId: string;
  /** The chat profile's key. Public, not a secret. */
  configKey: string;
  /** Accepted and not used: an installation serves one organisation. */
  tenantId?: string | null;
  /** Any CSS colour. Default: the profile's. */
  colour?: string | null;
  /** Default: "light". */
  theme?: 'light' | 'dark' | null;
  /** Does the chat survive a reload? Default: true. */
  persistChatToken?: boolean | null;
  /** "heartbeat": no WebSocket, the window asks every few seconds. Default: "websocket". */
  chatMode?: 'websocket' | 'heartbeat' | null;
  /** Height of the window in pixels. Default: 700. */
  height?: number | string | null;
  /** Width of the window in pixels. Default: 400. */
  width?: number | string | null;
  /** Address of the sound of a new message. */
  sound?: string | null;
  /** Address of the image in the bubble. */
  icon?: string | null;
  /** false: nothing is asked of the server until the initialize event. Default: true. */
  autoInitialize?: boolean | null;
  /** Signed identity token: who is signed in on this page. */
  id_token?: string | null;
}

interface HaloChatStart {
  /** Signed identity token: whose conversation begins. Not used while one is in progress. */
  id_token?: string | null;
  /** true: an existing conversation is shown, even if it has ended and was another person's. */
  retainPreviousChat?: boolean | null;
  /** A step that is marked as one where websites may begin; another one is ignored. */
  startStepOverride?: number | string | null;
}

interface HaloChatIdentity {
  id_token?: string | null;
}

interface HaloChatInitialized {
  /** false: the profile is not available, or the chat could not be loaded. */
  chatAvailable: boolean;
}

interface HaloChatUpgradeResult {
  success: boolean;
  /** A short name, for programs. */
  error?: string;
}

interface WindowEventMap {
  haloChat_inboundEvent_initialize: CustomEvent<Partial<HaloChatConfig> | null>;
  haloChat_inboundEvent_openChatWindow: CustomEvent<HaloChatStart | null>;
  haloChat_inboundEvent_closeChatWindow: CustomEvent<null>;
  haloChat_inboundEvent_upgradeAnonChat: CustomEvent<HaloChatIdentity | null>;
  haloChat_inboundEvent_loginChanged: CustomEvent<HaloChatIdentity | null>;
  haloChat_inboundEvent_logout: CustomEvent<null>;
  haloChat_outboundEvent_initialized: CustomEvent<HaloChatInitialized>;
  haloChat_outboundEvent_upgradeAnonChat: CustomEvent<HaloChatUpgradeResult>;
}

interface Window {
  haloChatConfig?: HaloChatConfig;
}
