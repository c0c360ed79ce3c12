// Which tracks are the same song to a mixer: one recording in several encodings is known by its
// acoustic fingerprint. What is mixed of them sounds alike, not the same, so a mix that was made of
// other files is offered and never put in place of the one that was asked for by itself.
//
// Any thread; calls wait for the disk: about a thousand look-ups in an index for each track.
#pragma once

#include <string>

#include "mixes/request.h"
#include "mixes/shelf.h"
#include "storage/library.h"

namespace dju::mixes {

// The id of that track of the same song which has been in the library longest: it names the song. A
// track whose analysis somebody has edited is a song of its own, since it is mixed by that.
std::string songOf(storage::Library& library, const std::string& trackId);

// SHA-256, hex, of all that a mix depends on (mixes/plans.h), with songs for tracks and their
// analyses: two mixes with the same one sound alike.
std::string alikeKey(storage::Library& library, const MixRequest& request);

}  // namespace dju::mixes
