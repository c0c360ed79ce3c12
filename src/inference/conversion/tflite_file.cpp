#include "inference/conversion/tflite_file.h"

#include <flatbuffers/flatbuffers.h>

#include <map>

namespace dju::inference {
namespace {

using flatbuffers::FlatBufferBuilder;
using flatbuffers::Offset;
using flatbuffers::Vector;

struct Table {};  // tables are written by field number, so none has a type of its own

constexpr flatbuffers::voffset_t at(int field) {
  return static_cast<flatbuffers::voffset_t>(4 + 2 * field);
}

// One table: what `fill` adds to it.
template <typename Fill>
Offset<Table> table(FlatBufferBuilder& out, Fill&& fill) {
  const flatbuffers::uoffset_t start = out.StartTable();
  fill();
  return {out.EndTable(start)};
}

class Writer {
 public:
  explicit Writer(const TfliteModel& model) : model_(model) {}

  std::string bytes() {
    const auto codes = operatorCodes();
    const auto graphs = out_.CreateVector(std::vector<Offset<Table>>{graph()});
    const auto description = out_.CreateString(model_.description);
    const auto buffers = out_.CreateVector(buffers_);
    const auto whole = table(out_, [&] {
      out_.AddElement<std::uint32_t>(at(0), 3, 0);  // version of the schema
      out_.AddOffset(at(1), codes);
      out_.AddOffset(at(2), graphs);
      out_.AddOffset(at(3), description);
      out_.AddOffset(at(4), buffers);
    });
    out_.Finish(whole, "TFL3");
    return {reinterpret_cast<const char*>(out_.GetBufferPointer()), out_.GetSize()};
  }

 private:
  Offset<Vector<Offset<Table>>> operatorCodes() {
    std::vector<Offset<Table>> codes;
    for (const TfliteNode& node : model_.nodes) {
      if (!codeOf_.emplace(node.op, static_cast<std::uint32_t>(codes.size())).second) continue;
      const auto number = static_cast<std::int32_t>(node.op);
      codes.push_back(table(out_, [&] {
        // Old readers look at a byte, which ends at 127.
        out_.AddElement<std::int8_t>(at(0), static_cast<std::int8_t>(number), 0);
        out_.AddElement<std::int32_t>(at(2), 1, 0);  // version of the operator
        out_.AddElement<std::int32_t>(at(3), number, 0);
      }));
    }
    return out_.CreateVector(codes);
  }

  std::uint32_t buffer(const std::string& data) {
    if (data.empty() && !buffers_.empty()) return 0;  // the first one is empty by convention
    flatbuffers::Offset<Vector<std::uint8_t>> bytes;
    if (!data.empty()) {
      out_.ForceVectorAlignment(data.size(), 1, 16);
      bytes = out_.CreateVector(reinterpret_cast<const std::uint8_t*>(data.data()), data.size());
    }
    buffers_.push_back(table(out_, [&] {
      if (!data.empty()) out_.AddOffset(at(0), bytes);
    }));
    return static_cast<std::uint32_t>(buffers_.size() - 1);
  }

  Offset<Table> tensor(const TfliteTensor& tensor) {
    const std::uint32_t data = buffer(tensor.data);
    const auto shape = out_.CreateVector(tensor.shape);
    const auto name = out_.CreateSharedString(tensor.name);
    return table(out_, [&] {
      out_.AddOffset(at(0), shape);
      out_.AddElement<std::int8_t>(at(1), static_cast<std::int8_t>(tensor.type), 0);
      out_.AddElement<std::uint32_t>(at(2), data, 0);
      out_.AddOffset(at(3), name);
      out_.AddElement<std::uint8_t>(at(8), 1, 0);  // its rank is known, also where that is 0
    });
  }

  Offset<Table> options(const TfliteNode& node) {
    return table(out_, [&] {
      for (const TfliteField& field : node.fields) {
        if (const auto* number = std::get_if<std::int32_t>(&field.value))
          out_.AddElement<std::int32_t>(at(field.number), *number, 0);
        else if (const auto* real = std::get_if<float>(&field.value))
          out_.AddElement<float>(at(field.number), *real, 0);
        else
          out_.AddElement<std::uint8_t>(at(field.number), std::get<bool>(field.value) ? 1 : 0, 0);
      }
    });
  }

  Offset<Table> node(const TfliteNode& node) {
    const auto inputs = out_.CreateVector(node.inputs);
    const auto outputs = out_.CreateVector(node.outputs);
    const bool hasOptions = node.options != TfliteOptions::kNone;
    const Offset<Table> own = hasOptions ? options(node) : Offset<Table>();
    return table(out_, [&] {
      out_.AddElement<std::uint32_t>(at(0), codeOf_.at(node.op), 0);
      out_.AddOffset(at(1), inputs);
      out_.AddOffset(at(2), outputs);
      if (!hasOptions) return;
      out_.AddElement<std::uint8_t>(at(3), static_cast<std::uint8_t>(node.options), 0);
      out_.AddOffset(at(4), own);
    });
  }

  Offset<Table> graph() {
    buffer("");
    std::vector<Offset<Table>> tensors, nodes;
    for (const TfliteTensor& each : model_.tensors) tensors.push_back(tensor(each));
    for (const TfliteNode& each : model_.nodes) nodes.push_back(node(each));
    const auto tensorList = out_.CreateVector(tensors);
    const auto nodeList = out_.CreateVector(nodes);
    const auto inputs = out_.CreateVector(model_.inputs);
    const auto outputs = out_.CreateVector(model_.outputs);
    const auto name = out_.CreateString("main");
    return table(out_, [&] {
      out_.AddOffset(at(0), tensorList);
      out_.AddOffset(at(1), inputs);
      out_.AddOffset(at(2), outputs);
      out_.AddOffset(at(3), nodeList);
      out_.AddOffset(at(4), name);
    });
  }

  const TfliteModel& model_;
  FlatBufferBuilder out_;
  std::vector<Offset<Table>> buffers_;
  std::map<TfliteOp, std::uint32_t> codeOf_;
};

}  // namespace

std::string tfliteBytesOf(const TfliteModel& model) {
  return Writer(model).bytes();
}

}  // namespace dju::inference
