package dev.afinador.bench;

import com.sun.net.httpserver.HttpServer;
import dev.afinador.job.Job;
import dev.afinador.job.JobQuery;
import dev.afinador.job.JobStore;
import dev.afinador.provider.RemoteJobId;
import dev.afinador.storage.Database;
import dev.afinador.storage.JdbcJobStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import tools.jackson.databind.node.ArrayNode;

/// The design that asks the provider for every listed live job, one after the other, each time somebody looks at the list.
/// Everything else is as lean as can be: rows from the same database, a few fields of JSON, no sign-in.
final class NaiveServer {

    private NaiveServer() {}

    /// @param args database file, base URL of the provider
    public static void main(String[] args) throws IOException, InterruptedException {
        Database db = Database.sqlite(Path.of(args[0]));
        JobStore store = new JdbcJobStore(db, InstantSource.system());
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext(
                "/",
                exchange -> {
                    byte[] body = list(store, args[1]);
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        server.start();
        System.out.println(
                "ready at http://127.0.0.1:" + server.getAddress().getPort() + Benchmark.LIST);
        new CountDownLatch(1).await();
    }

    private static byte[] list(JobStore store, String baseUrl) {
        ArrayNode data = Http.JSON.createArrayNode();
        for (Job job : store.list(JobQuery.newest(50))) {
            RemoteJobId remote = job.remoteId();
            String status = job.status().word();
            if (!job.status().isFinal() && remote != null) {
                status =
                        Http.get(baseUrl + "/fine_tuning/jobs/" + remote.value(), Provider.KEY)
                                .path("status")
                                .asString();
            }
            data.addObject()
                    .put("id", job.id().toString())
                    .put("status", status)
                    .put("model", job.baseModel());
        }
        return Http.JSON.writeValueAsBytes(Http.object().set("data", data));
    }
}
