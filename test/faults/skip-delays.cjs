/*
 * Loaded before the built program (NODE_OPTIONS=--require), which then retries without waiting: all waits are
 * jittered by half, and this removes the other half too.
 */
Math.random = () => -1;
