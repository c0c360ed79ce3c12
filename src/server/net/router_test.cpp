#include "server/net/router.h"

#include <gtest/gtest.h>

namespace dju::server {
namespace {

void ignore(const Request&, Responder) {}

Router makeRouter() {
  Router router;
  router.get("/tracks/{id}", ignore);
  router.get("/tracks/new", ignore);
  router.put("/tracks/{id}", ignore);
  router.get("/files/{path*}", ignore);
  router.post("/tracks/{id}/grid/{part}", ignore);
  return router;
}

TEST(Router, FixedPartsBeatNamedOnes) {
  const Router router = makeRouter();
  EXPECT_EQ(router.match(Method::kGet, "/tracks/new").route->pattern, "/tracks/new");
  const auto match = router.match(Method::kGet, "/tracks/42");
  ASSERT_NE(match.route, nullptr);
  EXPECT_EQ(match.params.at(0), (std::pair<std::string, std::string>("id", "42")));
}

TEST(Router, RestTakesTheRemainder) {
  const auto match = makeRouter().match(Method::kGet, "/files/a/b/c");
  ASSERT_NE(match.route, nullptr);
  EXPECT_EQ(match.params.at(0).second, "a/b/c");
}

TEST(Router, HeadIsAnsweredByGet) {
  const Router router = makeRouter();
  EXPECT_NE(router.match(Method::kHead, "/tracks/1").route, nullptr);
}

TEST(Router, WrongMethodNamesTheRightOnes) {
  const Router router = makeRouter();
  const auto match = router.match(Method::kDelete, "/tracks/1");
  EXPECT_EQ(match.route, nullptr);
  EXPECT_EQ(match.allowed, "GET, HEAD, PUT");
}

TEST(Router, UnknownAndEmptyPartsDoNotMatch) {
  const Router router = makeRouter();
  for (const char* path :
       {"/", "/tracks", "/tracks/", "/tracks/1/grid", "/tracks/1/x", "/nothing"}) {
    const auto match = router.match(Method::kGet, path);
    EXPECT_EQ(match.route, nullptr) << path;
    EXPECT_TRUE(match.allowed.empty()) << path;
  }
}

TEST(Router, MistakesAreFoundAtOnce) {
  Router router = makeRouter();
  EXPECT_THROW(router.get("/tracks/{id}", ignore), Error);
  EXPECT_THROW(router.get("tracks", ignore), Error);
  EXPECT_THROW(router.get("/{a*}/b", ignore), Error);
}

}  // namespace
}  // namespace dju::server
