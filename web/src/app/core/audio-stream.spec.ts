import { describe, expect, it } from 'vitest';
import { preferMusic } from './audio-stream';

const OFFER = 'm=audio 9 UDP/TLS/RTP/SAVPF 111 63\r\na=rtpmap:111 opus/48000/2\r\na=fmtp:111 minptime=10;useinbandfec=1\r\n';

describe('offer', () => {
  it('asks for stereo and resends, once', () => {
    const munged = preferMusic(OFFER);
    expect(munged).toContain('a=fmtp:111 minptime=10;useinbandfec=1;stereo=1\r\n');
    expect(munged).toContain('a=rtcp-fb:111 nack\r\n');
    expect(preferMusic(munged)).toBe(munged);
  });

  it('adds parameters where there are none, and leaves other offers alone', () => {
    expect(preferMusic('a=rtpmap:97 OPUS/48000/2\r\n')).toContain('a=fmtp:97 stereo=1');
    expect(preferMusic('m=video 9\r\n')).toBe('m=video 9\r\n');
  });
});
