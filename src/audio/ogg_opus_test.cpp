#include "audio/ogg_opus.h"

#include <gtest/gtest.h>

#include <numeric>

namespace dju::audio {
namespace {

using Bytes = OggOpusPages::Bytes;

struct Page {
  std::uint8_t flags = 0;
  std::uint64_t granule = 0;
  std::uint32_t sequence = 0;
  Bytes lacing, body;
};

std::uint64_t little(const Bytes& bytes, std::size_t at, int count) {
  std::uint64_t value = 0;
  for (int i = count - 1; i >= 0; --i) value = value << 8 | bytes[at + static_cast<std::size_t>(i)];
  return value;
}

// The checksum of RFC 3533 bit by bit, over the page with a checksum of nothing.
std::uint32_t checksum(Bytes page) {
  for (std::size_t i = 22; i < 26; ++i) page.at(i) = 0;
  std::uint32_t crc = 0;
  for (const std::uint8_t byte : page) {
    crc ^= static_cast<std::uint32_t>(byte) << 24;
    for (int bit = 0; bit < 8; ++bit) crc = (crc << 1) ^ ((crc >> 31) != 0 ? 0x04c11db7U : 0U);
  }
  return crc;
}

std::vector<Page> pagesOf(const Bytes& bytes) {
  std::vector<Page> pages;
  for (std::size_t at = 0; at < bytes.size();) {
    Page page;
    const std::size_t segments = bytes.at(at + 26);
    page.lacing.assign(bytes.begin() + static_cast<long>(at) + 27,
                       bytes.begin() + static_cast<long>(at + 27 + segments));
    const std::size_t size =
        std::accumulate(page.lacing.begin(), page.lacing.end(), std::size_t{0});
    const std::size_t end = at + 27 + segments + size;
    EXPECT_LE(end, bytes.size());
    page.body.assign(bytes.begin() + static_cast<long>(at + 27 + segments),
                     bytes.begin() + static_cast<long>(end));
    page.flags = bytes[at + 5];
    page.granule = little(bytes, at + 6, 8);
    page.sequence = static_cast<std::uint32_t>(little(bytes, at + 18, 4));
    EXPECT_EQ(little(bytes, at + 22, 4), checksum({bytes.begin() + static_cast<long>(at),
                                                   bytes.begin() + static_cast<long>(end)}));
    pages.push_back(std::move(page));
    at = end;
  }
  return pages;
}

TEST(OggOpusPages, TwoHeadersThenPagesOfPacketsThenTheEndWhereTheSoundEnds) {
  OggOpusPages ogg(7, 312, 3);
  Bytes bytes = ogg.headers();
  const Bytes packet(400, 9);
  for (int i = 0; i < 4; ++i) {
    const Bytes more = ogg.add(packet, 960);
    EXPECT_EQ(more.empty(), i != 2) << i;
    bytes.insert(bytes.end(), more.begin(), more.end());
  }
  const Bytes last = ogg.finish(3000);
  bytes.insert(bytes.end(), last.begin(), last.end());
  const auto pages = pagesOf(bytes);
  ASSERT_EQ(pages.size(), 4U);
  for (std::uint32_t i = 0; i < 4; ++i) EXPECT_EQ(pages[i].sequence, i);
  EXPECT_EQ(pages[0].flags, 2);
  EXPECT_EQ(little(pages[0].body, 10, 2), 312U);
  EXPECT_EQ(pages[2].granule, 2880U);
  EXPECT_EQ(pages[2].lacing, (Bytes{255, 145, 255, 145, 255, 145}));
  EXPECT_EQ(pages[3].flags, 4);
  EXPECT_EQ(pages[3].granule, 3312U) << "3840 less what is behind the end";
}

TEST(OggOpusPages, CommentsLongerThanAPageGoOn) {
  OggOpusPages ogg(7, 312, 3);
  const std::vector<std::pair<std::string, std::string>> comments = {
      {"TITLE", "a"}, {"COMMENT", std::string(100000, 'c')}};
  const auto pages = pagesOf(ogg.headers(comments));
  ASSERT_EQ(pages.size(), 3U);
  EXPECT_EQ(pages[1].flags, 0);
  EXPECT_EQ(pages[1].granule, ~std::uint64_t{0});
  EXPECT_EQ(pages[2].flags, 1);
  EXPECT_EQ(pages[2].granule, 0U);
  EXPECT_EQ(pages[1].body.size(), 65025U);
  EXPECT_EQ(pages[1].body.size() + pages[2].body.size(),
            8 + 4 + std::string("DJ Universe " DJU_VERSION).size() + 4 + (4 + 7) + (4 + 100008));
  EXPECT_LT(pages[2].lacing.back(), 255);
}

TEST(OggOpusPages, NoPageHasMoreSegmentsThanItMay) {
  OggOpusPages ogg(7, 312, 50);
  const Bytes packet(1275, 9);
  std::size_t packets = 0;
  for (int i = 0; i < 100; ++i)
    for (const Page& page : pagesOf(ogg.add(packet, 960))) packets += page.body.size() / 1275;
  const auto last = pagesOf(ogg.finish(96000));
  ASSERT_EQ(last.size(), 1U);
  EXPECT_EQ(packets + last[0].body.size() / 1275, 100U);
}

}  // namespace
}  // namespace dju::audio
