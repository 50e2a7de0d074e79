import Testing

/// `arcface check` of a database that is damaged.
struct CheckTests {
    @Test func `check lists every damaged embedding with its face, and the models' tests all the same`()
        async throws
    {
        let gallery = try TinyGallery()
        for (name, red) in [("ada", UInt8(40)), ("bob", 120), ("cyd", 200)] {
            try gallery.photograph("\(name)/0.png", red: red)
        }
        #expect(await gallery.enrol().status == 0)
        #expect(await gallery.run("check").status == 0)
        try gallery.execute("UPDATE faces SET embedding = zeroblob(length(embedding)) WHERE id <> 2")
        let (status, console) = await gallery.run("check", "--json")
        #expect(status == 1)
        let report = try #require(console.objects.first)
        let damage = try #require(report["damaged_embeddings"] as? [String: Any])
        let faces = try #require(damage["faces"] as? [[String: Any]])
        #expect(
            damage["count"] as? Int == 2 && faces.compactMap { $0["identity"] as? String } == ["ada", "cyd"])
        #expect(faces.allSatisfy { $0["gallery"] as? String == "g" && $0["quarantined"] as? Bool == false })
        #expect(faces[0]["fault"] as? String == "its length must be 1, not 0.0")
        #expect((report["self_tests"] as? [Any])?.count == 2 && report["faces"] as? Int == 3)
        let (_, text) = await gallery.run("check")
        for face in faces {
            let (id, identity) = (face["face_id"] as? String ?? "", face["identity"] as? String ?? "")
            #expect(
                text.output.contains(
                    "the embedding of face \(id) of identity \(identity) in gallery g is damaged: its length")
            )
        }
        #expect(text.output.contains("1 galleries, 3 faces, 2 problems"), "\(text.output)")
    }
}
