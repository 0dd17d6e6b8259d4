import java.io.IOException;
import java.util.EnumSet;
import javax.servlet.DispatcherType;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.apache.solr.servlet.CoreContainerProvider;
import org.apache.solr.servlet.SolrDispatchFilter;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.servlet.ServletContextHandler;

/** Solr on loopback, without the distribution's scripts: java SearchServer PORT HOME. */
public final class SearchServer {
  private static final long STOP_MILLISECONDS = 10_000;

  public static void main(String[] args) throws Exception {
    if (args.length != 2) {
      System.err.println("usage: SearchServer PORT HOME");
      System.exit(2);
    }
    System.setProperty("solr.solr.home", args[1]);
    Server server = new Server();
    ServerConnector loopback = new ServerConnector(server);
    loopback.setHost("127.0.0.1");
    loopback.setPort(Integer.parseInt(args[0]));
    server.addConnector(loopback);
    server.setHandler(solr());
    // The index is closed properly when the process manager asks us to stop.
    server.setStopAtShutdown(true);
    server.setStopTimeout(STOP_MILLISECONDS);
    server.start();
    server.join();
  }

  private static ServletContextHandler solr() {
    ServletContextHandler context = new ServletContextHandler(ServletContextHandler.NO_SESSIONS);
    context.setContextPath("/solr");
    context.addEventListener(new CoreContainerProvider());
    context.addFilter(SolrDispatchFilter.class, "/*", EnumSet.of(DispatcherType.REQUEST));
    context.addServlet(NotFound.class, "/*");
    return context;
  }

  /** Answers what Solr's filter leaves alone. */
  public static final class NotFound extends HttpServlet {
    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
      response.sendError(HttpServletResponse.SC_NOT_FOUND);
    }
  }
}
