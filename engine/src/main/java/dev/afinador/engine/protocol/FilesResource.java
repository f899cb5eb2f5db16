package dev.afinador.engine.protocol;

import dev.afinador.engine.EngineFile;
import dev.afinador.engine.EngineFiles;
import dev.afinador.engine.EngineFiles.Received;
import dev.afinador.engine.EngineRefusal;
import dev.afinador.engine.Listed;
import dev.afinador.engine.Upload;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;

/// `/files` and `/uploads`.
@Controller
final class FilesResource {

    private static final int MOST_FILES = 10_000;

    private final EngineFiles files;

    FilesResource(EngineFiles files) {
        this.files = files;
    }

    @PostMapping("/engine/v1/files")
    void create(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Multipart.Form<Received> form =
                Multipart.read(request, "file", files::receive, files::discard);
        if (form.file() == null) {
            throw EngineRefusal.badRequest("file", null, "'file' is a required property");
        }
        EngineFile file =
                files.create(
                        form.file(),
                        form.filename(),
                        form.field("purpose"),
                        form.field("expires_after[anchor]"),
                        form.field("expires_after[seconds]"));
        Wire.send(response, Shapes.file(file));
    }

    @GetMapping("/engine/v1/files")
    void list(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String order = Query.text(request, "order");
        if (order != null && !order.equals("asc") && !order.equals("desc")) {
            throw EngineRefusal.badRequest(
                    "order", null, "the order is not one of ['asc', 'desc'] - 'order'");
        }
        Listed<EngineFile> page =
                files.list(
                        Query.text(request, "purpose"),
                        Query.text(request, "after"),
                        !"asc".equals(order),
                        Query.limit(request, MOST_FILES, MOST_FILES));
        // The schema wants texts here, even of an empty list.
        Wire.send(
                response,
                Shapes.listWithEnds(Shapes.all(page.elements(), Shapes::file), page.hasMore(), ""));
    }

    @GetMapping("/engine/v1/files/{id}")
    void get(@PathVariable String id, HttpServletResponse response) throws IOException {
        Wire.send(response, Shapes.file(files.get(id)));
    }

    @DeleteMapping("/engine/v1/files/{id}")
    void delete(@PathVariable String id, HttpServletResponse response) throws IOException {
        files.delete(id);
        Wire.send(response, Shapes.deleted("file", id));
    }

    @GetMapping("/engine/v1/files/{id}/content")
    void content(@PathVariable String id, HttpServletResponse response) throws IOException {
        EngineFile file = files.get(id);
        try (InputStream in = files.open(file)) {
            response.setContentType(
                    file.purpose().equals(EngineFile.RESULTS)
                            ? "text/csv;charset=UTF-8"
                            : "application/octet-stream");
            response.setContentLengthLong(file.bytes());
            in.transferTo(response.getOutputStream());
        }
    }

    @PostMapping("/engine/v1/uploads")
    void begin(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Ask ask = Ask.of(request);
        Ask expires = ask.object("expires_after");
        Long seconds = expires == null ? null : expires.integer("seconds");
        Upload upload =
                files.begin(
                        ask.text("filename"),
                        ask.text("purpose"),
                        ask.integer("bytes"),
                        ask.text("mime_type"),
                        expires == null ? null : expires.text("anchor"),
                        seconds == null ? null : seconds.toString());
        Wire.send(response, Shapes.upload(upload, null));
    }

    @PostMapping("/engine/v1/uploads/{id}/parts")
    void part(@PathVariable String id, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        Multipart.Form<Upload.Part> form =
                Multipart.read(request, "data", in -> files.addPart(id, in), part -> {});
        if (form.file() == null) {
            throw EngineRefusal.badRequest("data", null, "'data' is a required property");
        }
        Wire.send(response, Shapes.part(form.file()));
    }

    @PostMapping("/engine/v1/uploads/{id}/complete")
    void complete(@PathVariable String id, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        Ask ask = Ask.of(request);
        List<String> parts = ask.texts("part_ids");
        if (parts == null) {
            throw EngineRefusal.badRequest("part_ids", null, "'part_ids' is a required property");
        }
        EngineFiles.Completed completed = files.complete(id, parts, ask.text("md5"));
        Wire.send(response, Shapes.upload(completed.upload(), completed.file()));
    }

    @PostMapping("/engine/v1/uploads/{id}/cancel")
    void cancel(@PathVariable String id, HttpServletResponse response) throws IOException {
        Wire.send(response, Shapes.upload(files.cancelUpload(id), null));
    }
}
